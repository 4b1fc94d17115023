import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * A way to a server of this machine that breaks at a chosen statement, as if the program that gave it were killed: no
 * answer comes back, and nobody gets through any more until it is mended.
 */
export interface CuttingLine extends AsyncDisposable {
  readonly port: number;
  /** Statements that change something, since the line was armed; the last one is that at which it broke. */
  readonly statements: string[];
  /** Breaks at the statement of this number, from 0, that changes something: before the server has it, or after. */
  arm(at: number, when: 'before' | 'after'): void;
  /** Whether it broke. Lets everybody through again. */
  mend(): boolean;
}

const HEAD = 4;
const COM_QUERY = 3;
const READS = /^(SELECT|SHOW|SET|USE)\b/i;

export async function cuttingLine(serverPort: number): Promise<CuttingLine> {
  const open = new Set<Socket>();
  const statements: string[] = [];
  let armed: { at: number; when: 'before' | 'after' } | undefined;
  let isCut = false;

  /** What of the packets goes to the server. */
  const pass = (packet: Buffer): boolean => {
    if (armed === undefined || packet[3] !== 0 || packet[HEAD] !== COM_QUERY) return true;
    const sql = packet.subarray(HEAD + 1).toString('utf8');
    if (READS.test(sql)) return true;
    statements.push(sql);
    if (statements.length !== armed.at + 1) return true;
    isCut = true;
    return armed.when === 'after';
  };
  const server = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(serverPort, '127.0.0.1');
    open.add(near).add(far);
    for (const socket of [near, far])
      socket.on('error', () => undefined).on('close', () => open.delete(socket));
    far.pipe(near);
    near.on('close', () => far.end());
    // A server that is killed may reset the connection or refuse it: pipe ends the other side after an orderly end only.
    far.on('close', () => near.destroySoon());
    let rest: Buffer = Buffer.alloc(0);
    near.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      while (!isCut && rest.length >= HEAD && rest.length >= HEAD + rest.readUIntLE(0, 3)) {
        const packet = rest.subarray(0, HEAD + rest.readUIntLE(0, 3));
        rest = rest.subarray(packet.length);
        if (pass(packet)) far.write(packet);
      }
      if (isCut) for (const socket of open) socket.end();
      if (isCut) near.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    statements,
    arm(at, when) {
      statements.length = 0;
      armed = { at, when };
    },
    mend() {
      const broke = isCut;
      armed = undefined;
      isCut = false;
      return broke;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
