import { createServer, type Socket } from 'node:net';

/** A server that greets like MySQL or an old MariaDB, and notes whatever is sent to it. */
export interface GreetingServer extends AsyncDisposable {
  readonly port: number;
  /** Bytes that the client sent; a refused server should have been told nothing. */
  received(): number;
}

export async function greetingServer(version: string): Promise<GreetingServer> {
  let received = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      received += chunk.length;
    });
    socket.write(greeting(version));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    received: () => received,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Protocol 10: version, thread, 8 bytes of salt, capabilities, charset, status, 12 bytes of salt, plugin. */
function greeting(version: string): Buffer {
  const capabilities = 0x81bff7df;
  const body = Buffer.concat([
    Buffer.from([10]),
    Buffer.from(`${version}\0`),
    Buffer.from([1, 0, 0, 0]),
    Buffer.from('saltsalt\0'),
    Buffer.from([capabilities & 0xff, (capabilities >> 8) & 0xff, 45, 2, 0]),
    Buffer.from([(capabilities >> 16) & 0xff, (capabilities >>> 24) & 0xff, 21]),
    Buffer.alloc(10),
    Buffer.from('saltsaltsalt\0'),
    Buffer.from('caching_sha2_password\0'),
  ]);
  return Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body]);
}
