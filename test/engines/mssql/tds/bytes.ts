/** Little-endian bytes under construction; MS-TDS writes everything so but the packet header and PRELOGIN. */
export interface ByteWriter {
  raw(bytes: Uint8Array): ByteWriter;
  u8(value: number): ByteWriter;
  u16(value: number): ByteWriter;
  u32(value: number): ByteWriter;
  u32be(value: number): ByteWriter;
  i32(value: number): ByteWriter;
  u64(value: bigint): ByteWriter;
  f32(value: number): ByteWriter;
  f64(value: number): ByteWriter;
  /** B_VARCHAR: length in letters as one byte, then UTF-16. */
  text8(text: string): ByteWriter;
  /** US_VARCHAR: length in letters as two bytes, then UTF-16. */
  text16(text: string): ByteWriter;
  readonly size: number;
  /** All bytes so far; the writer is empty afterwards. */
  take(): Buffer;
}

export function byteWriter(): ByteWriter {
  let parts: Uint8Array[] = [];
  let size = 0;
  const fixed = (bytes: number, fill: (buffer: Buffer) => void): ByteWriter => {
    const buffer = Buffer.alloc(bytes);
    fill(buffer);
    return writer.raw(buffer);
  };
  const writer: ByteWriter = {
    raw(bytes) {
      parts.push(bytes);
      size += bytes.length;
      return writer;
    },
    u8: (value) => fixed(1, (b) => b.writeUInt8(value & 0xff)),
    u16: (value) => fixed(2, (b) => b.writeUInt16LE(value)),
    u32: (value) => fixed(4, (b) => b.writeUInt32LE(value >>> 0)),
    u32be: (value) => fixed(4, (b) => b.writeUInt32BE(value >>> 0)),
    i32: (value) => fixed(4, (b) => b.writeInt32LE(value)),
    u64: (value) => fixed(8, (b) => b.writeBigUInt64LE(value)),
    f32: (value) => fixed(4, (b) => b.writeFloatLE(value)),
    f64: (value) => fixed(8, (b) => b.writeDoubleLE(value)),
    text8: (text) => writer.u8(text.length).raw(Buffer.from(text, 'utf16le')),
    text16: (text) => writer.u16(text.length).raw(Buffer.from(text, 'utf16le')),
    get size() {
      return size;
    },
    take() {
      const all = Buffer.concat(parts, size);
      parts = [];
      size = 0;
      return all;
    },
  };
  return writer;
}

/** Reads what a client sent, front to back; every read past the end throws a RangeError. */
export interface ByteReader {
  u8(): number;
  u16(): number;
  u32(): number;
  u64(): bigint;
  bytes(count: number): Buffer;
  /** UTF-16 text of so many letters. */
  text(letters: number): string;
  skip(count: number): void;
  readonly left: number;
}

export function byteReader(buffer: Buffer): ByteReader {
  let at = 0;
  const take = (count: number): Buffer => {
    if (at + count > buffer.length) throw new RangeError('the message is shorter than it says');
    at += count;
    return buffer.subarray(at - count, at);
  };
  return {
    u8: () => take(1).readUInt8(),
    u16: () => take(2).readUInt16LE(),
    u32: () => take(4).readUInt32LE(),
    u64: () => take(8).readBigUInt64LE(),
    bytes: (count) => Buffer.from(take(count)),
    text: (letters) => take(letters * 2).toString('utf16le'),
    skip(count) {
      take(count);
    },
    get left() {
      return buffer.length - at;
    },
  };
}
