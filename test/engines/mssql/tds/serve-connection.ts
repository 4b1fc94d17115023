import type { Socket } from 'node:net';
import { answerLogin } from './answer-login.ts';
import type { Connection, TdsHandler } from './handler.ts';
import { framePackets, type Message, PACKET, packetReader } from './packets.ts';
import { runRequests } from './run-requests.ts';
import { openTlsTunnel, type TlsTunnel } from './tls-tunnel.ts';

/** Serves one client from its first byte to its last. */
export function serveConnection(socket: Socket, spid: number, handler: TdsHandler): Connection {
  const packets = packetReader();
  let tunnel: TlsTunnel | undefined;
  let queue: Promise<void> = Promise.resolve();
  let gone = false;

  const close = (): void => {
    if (gone) return;
    gone = true;
    requests.interrupt();
    socket.destroy();
    handler.closed(connection);
  };
  const connection: Connection = {
    spid,
    get encrypted() {
      return tunnel !== undefined;
    },
    cut: close,
    sendRaw: (bytes) => write(bytes, () => {}),
  };
  const writePlain = (bytes: Buffer, sent: () => void): void => {
    if (gone || socket.destroyed) sent();
    else socket.write(bytes, () => sent());
  };
  const write = (bytes: Buffer, sent: () => void): void => {
    if (tunnel && !gone) tunnel.write(bytes, sent);
    else writePlain(bytes, sent);
  };
  const send = (body: Buffer, last = true): Promise<void> => {
    const { packetSize } = login;
    const bytes = framePackets({ type: PACKET.reply, body, packetSize, session: spid, last });
    return new Promise((sent) => write(bytes, sent));
  };

  const startTls = (): void => {
    if (!handler.certificate) throw new Error('encryption needs a certificate');
    tunnel = openTlsTunnel({
      certificate: handler.certificate,
      send: writePlain,
      received: receive,
      failed: close,
    });
    const rest = packets.rest();
    if (rest.length > 0) tunnel.push(rest);
  };
  const endTls = (): void => {
    tunnel = undefined;
  };
  const login = answerLogin({ handler, connection, send, startTls, endTls, hangUp: () => socket.end() });
  const requests = runRequests({ handler, connection, send });

  const receive = (bytes: Buffer): void => {
    let messages: Message[];
    try {
      messages = packets.push(bytes);
    } catch {
      // What is no TDS has no answer.
      close();
      return;
    }
    for (const message of messages) {
      // An attention does not wait for its turn: it is about what runs now.
      if (message.type === PACKET.attention) requests.attention();
      queue = queue.then(() => answer(message)).catch(fail);
    }
  };
  const answer = async (message: Message): Promise<void> => {
    if (gone) return;
    if (!login.signedIn) await login.answer(message);
    else await requests.answer(message);
  };
  const fail = (error: unknown): void => {
    if (!gone) handler.failed(error);
    close();
  };

  socket.setNoDelay(true);
  socket.on('data', (bytes: Buffer) => (tunnel ? tunnel.push(bytes) : receive(bytes)));
  socket.on('error', close);
  socket.on('close', close);
  return connection;
}
