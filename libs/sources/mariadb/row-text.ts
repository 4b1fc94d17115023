import { asBytes, type Bytes, escapeBytes, escapedNull, escapeRow, NEWLINE, TAB } from './escape-row.ts';

/** The packets of one result, in chunks of any size, turned into row text in blocks. */
export interface RowText {
  /** Takes the next bytes of the stream; true once the result has ended, well or with `failure`. */
  take(chunk: Buffer): boolean;
  /** Gives the last block away; nothing may be taken after it. */
  end(): void;
  readonly rows: number;
  /** The server's error, shaped like mysql2's, if the result ended with one. */
  readonly failure: Error | undefined;
}

export interface Blocks {
  /** Empty memory for the next block. */
  next(): Uint8Array;
  give(block: Uint8Array, startsRow: boolean): void;
}

const HEADER = 4;
/** A packet of this length goes on in the next one. */
const LONGEST_PACKET = 0xff_ff_ff;
/** Room that a step needs at least: a length's NULL, TAB and LF, and some bytes of a value. */
const LEAST_ROOM = 64;

type Phase = 'count' | 'columns' | 'columns-end' | 'rows' | 'ended';

/**
 * Two ways through a row. One that lies whole in the chunk and whose text surely fits in the block is escaped
 * in one go; any other (cut by the chunk's end, larger than what is left of the block, of 16 MiB and more)
 * goes value by value and byte run by byte run, with nothing kept but counters. Throws on packets that break
 * the protocol.
 */
export function rowText(blocks: Blocks): RowText {
  let phase: Phase = 'count';
  let columns = 0;
  let columnsLeft = 0;
  let rows = 0;
  let failure: Error | undefined;

  // The block being filled.
  let out: Bytes = asBytes(blocks.next());
  let at = 0;
  let startsRow = true;

  // A packet header that the chunk's end may have cut.
  const header = Buffer.alloc(HEADER);
  let headerBytes = 0;
  /** Bytes of the current physical packet still to come, and whether another one continues it. */
  let left = 0;
  let continued = false;
  let inPacket = false;
  /** Collected bytes of a packet that is not a row. */
  let control: Buffer[] | undefined;

  // Inside a row that goes value by value.
  let inRow = false;
  let column = 0;
  let valueLeft = 0;
  let inValue = false;
  const length = Buffer.alloc(9);
  let lengthBytes = 0;

  const flush = (): void => {
    if (at > 0) {
      giveAway();
      out = asBytes(blocks.next());
    }
  };
  const giveAway = (): void => {
    const full = out.bytes.subarray(0, at);
    const began = startsRow;
    startsRow = !inRow;
    at = 0;
    blocks.give(full, began);
  };

  const take = (chunk: Buffer): boolean => {
    const from = asBytes(chunk);
    const end = chunk.length;
    let p = 0;
    while (p < end) {
      if (!inPacket) {
        if (headerBytes === 0 && phase === 'rows' && !inRow) {
          p = wholeRows(from, p, end);
          if (p === end) break;
        }
        while (headerBytes < HEADER && p < end) header[headerBytes++] = chunk[p++]!;
        if (headerBytes < HEADER) break;
        beginPacket();
        continue;
      }
      const part = Math.min(left, end - p);
      if (!inRow && control === undefined) beginContent(chunk[p]!);
      if (inRow) rowPart(from, p, p + part);
      else control?.push(Buffer.from(chunk.subarray(p, p + part)));
      left -= part;
      p += part;
      if (left === 0) endPacket();
      if (phase === 'ended') return true;
    }
    return phase === 'ended';
  };

  /** Rows that lie whole in the chunk; the position of the first packet that does not, or is no such row. */
  const wholeRows = (from: Bytes, start: number, end: number): number => {
    const { bytes } = from;
    let p = start;
    while (end - p > HEADER) {
      const size = bytes[p]! | (bytes[p + 1]! << 8) | (bytes[p + 2]! << 16);
      const next = p + HEADER + size;
      if (next > end || size === 0 || size === LONGEST_PACKET || bytes[p + HEADER]! >= 0xfe) return p;
      const room = 2 * size + 3 * columns;
      if (room > out.bytes.length - at) {
        if (room > out.bytes.length) return p;
        flush();
      }
      at = escapeRow(from, p + HEADER, next, columns, out, at);
      if (at < 0) throw new Error('a row whose lengths do not add up');
      rows++;
      p = next;
    }
    return p;
  };

  const beginPacket = (): void => {
    left = header[0]! | (header[1]! << 8) | (header[2]! << 16);
    headerBytes = 0;
    inPacket = true;
    continued = left === LONGEST_PACKET;
    if (left > 0) return;
    // Only a row whose packets were all full ends with an empty one.
    if (!inRow) throw new Error('an empty packet');
    endPacket();
  };

  const beginContent = (first: number): void => {
    const isRow = phase === 'rows' && first !== 0xff && !(first === 0xfe && left < 9);
    if (!isRow) {
      control = [];
      return;
    }
    // Before the row begins, so that a block that ends here ends between rows.
    reserve(LEAST_ROOM);
    inRow = true;
    column = 0;
    inValue = false;
    lengthBytes = 0;
  };

  const endPacket = (): void => {
    inPacket = false;
    if (continued) return;
    if (inRow) {
      if (column !== columns || inValue) throw new Error('a row that is shorter than its columns');
      reserve(1);
      out.bytes[at++] = NEWLINE;
      inRow = false;
      rows++;
      // After a row that was larger than a block the next one begins a block, so that a member can end here.
      if (!startsRow) flush();
      return;
    }
    const packet = Buffer.concat(control ?? []);
    control = undefined;
    controlPacket(packet);
  };

  const reserve = (room: number): void => {
    if (out.bytes.length - at < room) flush();
  };

  const rowPart = (from: Bytes, start: number, end: number): void => {
    let p = start;
    while (p < end) {
      if (!inValue) {
        if (column === columns) throw new Error('a row that is longer than its columns');
        p = valueLength(from.bytes, p, end);
        continue;
      }
      reserve(LEAST_ROOM);
      const run = Math.min(valueLeft, end - p, (out.bytes.length - at - 2) >> 1);
      at = escapeBytes(from, p, p + run, out, at);
      p += run;
      valueLeft -= run;
      if (valueLeft === 0) endValue();
    }
  };

  /** Reads as much of a value's length as is there, and begins the value when it is whole. */
  const valueLength = (bytes: Uint8Array, start: number, end: number): number => {
    let p = start;
    if (lengthBytes === 0) {
      reserve(LEAST_ROOM);
      if (column > 0) out.bytes[at++] = TAB;
    }
    length[lengthBytes++] = bytes[p++]!;
    const first = length[0]!;
    if (first === 0xfb) {
      at = escapedNull(out.bytes, at);
      lengthBytes = 0;
      column++;
      return p;
    }
    const needed = first < 0xfb ? 1 : first === 0xfc ? 3 : first === 0xfd ? 4 : 9;
    while (lengthBytes < needed && p < end) length[lengthBytes++] = bytes[p++]!;
    if (lengthBytes < needed) return p;
    lengthBytes = 0;
    inValue = true;
    valueLeft =
      needed === 1
        ? first
        : needed === 9
          ? Number(length.readBigUInt64LE(1))
          : length.readUIntLE(1, needed - 1);
    if (valueLeft === 0) endValue();
    return p;
  };

  const endValue = (): void => {
    inValue = false;
    column++;
  };

  const controlPacket = (packet: Buffer): void => {
    const first = packet[0]!;
    if (first === 0xff) {
      failure = serverError(packet);
      phase = 'ended';
    } else if (phase === 'count') {
      if (first === 0 || first > 0xfc) throw new Error('an answer without rows');
      columns = first < 0xfb ? first : packet.readUInt16LE(1);
      columnsLeft = columns;
      phase = 'columns';
    } else if (phase === 'columns') {
      if (--columnsLeft === 0) phase = 'columns-end';
    } else if (phase === 'columns-end') {
      phase = 'rows';
    } else {
      phase = 'ended';
    }
  };

  return {
    take,
    end() {
      if (at > 0) giveAway();
    },
    get rows() {
      return rows;
    },
    get failure() {
      return failure;
    },
  };
}

/** ERR packet: 0xff, number (2), `#` and SQL state (5), message. */
function serverError(packet: Buffer): Error {
  const hasState = packet[3] === 0x23;
  const message = packet.toString('utf8', hasState ? 9 : 3);
  return Object.assign(new Error(message), {
    errno: packet.readUInt16LE(1),
    sqlState: hasState ? packet.toString('latin1', 4, 9) : '',
    sqlMessage: message,
  });
}
