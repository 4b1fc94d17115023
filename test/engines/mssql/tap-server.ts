import { connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server and keeps what the server sent. */
export interface Tap extends AsyncDisposable {
  readonly port: number;
  /** Bytes from the server, since the last call. */
  take(): Buffer;
}

export async function tapServer(target: { host: string; port: number }): Promise<Tap> {
  let seen: Buffer[] = [];
  const sockets = new Set<Socket>();
  const listener = createServer((client) => {
    const server = connect(target.port, target.host);
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    client.pipe(server);
    server.on('data', (bytes: Buffer) => seen.push(bytes));
    server.pipe(client);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    take() {
      const bytes = Buffer.concat(seen);
      seen = [];
      return bytes;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
