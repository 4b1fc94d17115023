import { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import { framePackets, PACKET } from './packets.ts';

export interface Certificate {
  /** PEM. */
  key: string;
  certificate: string;
}

export interface TlsTunnel {
  /** Received bytes, as they come off the socket. */
  push(bytes: Buffer): void;
  /** Encrypts and sends. */
  write(bytes: Buffer, sent: () => void): void;
}

const HEADER = 8;
const LARGEST_PACKET = 4096;

/**
 * TLS whose handshake travels inside PRELOGIN packets (MS-TDS 2.2.1): the first byte that begins no such packet
 * is the first of plain TLS records, in both directions. At most TLS 1.2: under 1.3 the server speaks once more
 * after the handshake, when clients no longer expect PRELOGIN.
 */
export function openTlsTunnel(o: {
  certificate: Certificate;
  send(bytes: Buffer, sent: () => void): void;
  received(bytes: Buffer): void;
  failed(error: Error): void;
}): TlsTunnel {
  let wrapped = true;
  let waiting: Buffer = Buffer.alloc(0);
  const wrap = (bytes: Buffer): Buffer =>
    wrapped
      ? framePackets({
          type: PACKET.prelogin,
          body: bytes,
          packetSize: LARGEST_PACKET,
          session: 0,
          last: true,
        })
      : bytes;
  const pipe = new Duplex({
    read() {},
    write: (chunk: Buffer, _encoding, sent) => o.send(wrap(chunk), () => sent()),
    // One flight of the handshake is one PRELOGIN message.
    writev: (chunks, sent) =>
      o.send(wrap(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer))), () => sent()),
  });
  const tls = new TLSSocket(pipe, {
    isServer: true,
    secureContext: createSecureContext({
      key: o.certificate.key,
      cert: o.certificate.certificate,
      maxVersion: 'TLSv1.2',
    }),
  });
  tls.on('data', o.received);
  tls.on('error', o.failed);
  return {
    push(bytes) {
      if (!wrapped) {
        pipe.push(bytes);
        return;
      }
      waiting = Buffer.concat([waiting, bytes]);
      while (waiting.length >= HEADER && waiting[0] === PACKET.prelogin) {
        const length = waiting.readUInt16BE(2);
        if (waiting.length < length) return;
        pipe.push(waiting.subarray(HEADER, length));
        waiting = waiting.subarray(length);
      }
      if (waiting.length === 0 || waiting[0] === PACKET.prelogin) return;
      wrapped = false;
      pipe.push(waiting);
      waiting = Buffer.alloc(0);
    },
    write: (bytes, sent) => tls.write(bytes, () => sent()),
  };
}
