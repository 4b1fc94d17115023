import { createServer } from 'node:net';
import type { Connection, TdsHandler } from './handler.ts';
import { serveConnection } from './serve-connection.ts';

export interface TdsListener extends AsyncDisposable {
  readonly port: number;
  readonly connections: ReadonlySet<Connection>;
}

const FIRST_SESSION = 51;

/** Listens on a port of its own; closing it cuts every connection. */
export async function listenTds(host: string, port: number, handler: TdsHandler): Promise<TdsListener> {
  const connections = new Set<Connection>();
  let spid = FIRST_SESSION;
  const server = createServer((socket) => {
    connections.add(
      serveConnection(socket, spid++, {
        ...handler,
        closed(connection) {
          connections.delete(connection);
          handler.closed(connection);
        },
      }),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    connections,
    async [Symbol.asyncDispose]() {
      for (const connection of [...connections]) connection.cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
