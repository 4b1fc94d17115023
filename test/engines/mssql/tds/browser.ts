import { createSocket } from 'node:dgram';

const PORT = 1434;
/** Broadcast to all servers, and to one; the answer lists all instances. */
const ASK_ALL = [0x02, 0x03];
const ASK_INSTANCE = 0x04;
const ANSWER = 0x05;

/**
 * SQL Server Browser: tells the TCP port of a named instance (MC-SQLR). Clients ask UDP port 1434 and no other, so
 * each test takes an address of its own, which Linux has in 127.0.0.0/8. An unknown name gets no answer, as on a
 * real one.
 */
export async function startBrowser(
  address: string,
  instance: { server: string; name: string; version: string; port: number },
): Promise<AsyncDisposable> {
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    const asked = message.toString('latin1', 1).replace(/\0.*$/, '');
    const isOurs = message[0] === ASK_INSTANCE && asked.toLowerCase() === instance.name.toLowerCase();
    if (isOurs || ASK_ALL.includes(message[0] ?? 0)) socket.send(answer(instance), from.port, from.address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(PORT, address, resolve);
  });
  return {
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function answer(instance: { server: string; name: string; version: string; port: number }): Buffer {
  const text = Buffer.from(
    `ServerName;${instance.server};InstanceName;${instance.name};IsClustered;No;` +
      `Version;${instance.version};tcp;${instance.port};;`,
    'latin1',
  );
  const head = Buffer.alloc(3);
  head.writeUInt8(ANSWER, 0);
  head.writeUInt16LE(text.length, 1);
  return Buffer.concat([head, text]);
}
