/** Types of TDS packets that pass here (MS-TDS 2.2.3.1.1). */
export const PACKET = {
  batch: 0x01,
  rpc: 0x03,
  reply: 0x04,
  attention: 0x06,
  login: 0x10,
  sspi: 0x11,
  prelogin: 0x12,
} as const;

const END_OF_MESSAGE = 0x01;
const IGNORE = 0x02;
const RESET = 0x18;
const HEADER = 8;

export interface Message {
  type: number;
  body: Buffer;
  /** The client thought better of it while it sent. */
  ignored: boolean;
  /** The session is to be as after the login before this runs. */
  resets: boolean;
}

export interface PacketReader {
  /** Adds received bytes and returns the messages that they complete; the packets of one message are joined. */
  push(bytes: Buffer): Message[];
  /** What has been received and not been consumed; the reader is empty afterwards. */
  rest(): Buffer;
}

/** Throws if a header gives a length that no packet can have. */
export function packetReader(): PacketReader {
  let waiting: Buffer = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let resets = false;
  return {
    push(bytes) {
      waiting = Buffer.concat([waiting, bytes]);
      const messages: Message[] = [];
      while (waiting.length >= HEADER) {
        const length = waiting.readUInt16BE(2);
        if (length < HEADER) throw new Error(`a packet of ${length} bytes cannot be`);
        if (waiting.length < length) break;
        const type = waiting.readUInt8(0);
        const status = waiting.readUInt8(1);
        if (parts.length === 0) resets = (status & RESET) !== 0;
        parts.push(Buffer.from(waiting.subarray(HEADER, length)));
        waiting = waiting.subarray(length);
        if ((status & END_OF_MESSAGE) === 0) continue;
        messages.push({ type, body: Buffer.concat(parts), ignored: (status & IGNORE) !== 0, resets });
        parts = [];
        // Whoever reads PRELOGIN may switch to TLS: what follows is then not ours to split.
        if (type === PACKET.prelogin) break;
      }
      return messages;
    },
    rest() {
      const rest = waiting;
      waiting = Buffer.alloc(0);
      return rest;
    },
  };
}

/** Cuts a message into packets of at most `packetSize` bytes, headers included. */
export function framePackets(o: {
  type: number;
  body: Buffer;
  packetSize: number;
  session: number;
  /** False for a part of a message whose end follows later. */
  last: boolean;
}): Buffer {
  const room = o.packetSize - HEADER;
  const packets: Buffer[] = [];
  for (let at = 0; at === 0 || at < o.body.length; at += room) {
    const part = o.body.subarray(at, at + room);
    const header = Buffer.alloc(HEADER);
    header.writeUInt8(o.type, 0);
    header.writeUInt8(o.last && at + room >= o.body.length ? END_OF_MESSAGE : 0, 1);
    header.writeUInt16BE(part.length + HEADER, 2);
    header.writeUInt16BE(o.session, 4);
    header.writeUInt8((packets.length / 2 + 1) & 0xff, 6);
    packets.push(header, part);
  }
  return Buffer.concat(packets);
}
