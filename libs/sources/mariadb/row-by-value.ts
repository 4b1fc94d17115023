import { type Bytes, escapeBytes, escapedNull, NEWLINE, TAB } from './escape-row.ts';
import type { TextBlock } from './text-block.ts';

/** A row that comes in parts: cut by the end of a chunk, or larger than a block, or than a packet. */
export interface RowByValue {
  begin(columns: number): void;
  /** The row's next bytes, from[start, end). Throws if there are more than its columns take. */
  part(from: Bytes, start: number, end: number): void;
  /** Ends the line. Throws if a column is missing. */
  end(): void;
}

/** Room that a step needs at least: TAB, NULL, LF, and some bytes of a value. */
const LEAST_ROOM = 64;

/** Nothing of the row is kept but counters: bytes are escaped into the block as they come. */
export function rowByValue(block: TextBlock): RowByValue {
  let columns = 0;
  let column = 0;
  let inValue = false;
  let valueLeft = 0;
  /** A value's length, which a part's end may have cut: its first byte says how many there are. */
  const length = Buffer.alloc(9);
  let lengthBytes = 0;

  /** Reads as much of a value's length as is there, and begins the value when it is whole. */
  const valueLength = (bytes: Uint8Array, start: number, end: number): number => {
    let p = start;
    if (lengthBytes === 0) {
      block.reserve(LEAST_ROOM);
      if (column > 0) block.out.bytes[block.at++] = TAB;
    }
    length[lengthBytes++] = bytes[p++]!;
    const needed = bytesOfLength(length[0]!);
    while (lengthBytes < needed && p < end) length[lengthBytes++] = bytes[p++]!;
    if (lengthBytes < needed) return p;
    lengthBytes = 0;
    if (length[0] === 0xfb) {
      block.at = escapedNull(block.out.bytes, block.at);
      column++;
    } else {
      valueLeft = readLength(length, needed);
      inValue = valueLeft > 0;
      if (!inValue) column++;
    }
    return p;
  };

  const value = (from: Bytes, start: number, end: number): number => {
    block.reserve(LEAST_ROOM);
    const bytes = Math.min(valueLeft, end - start, (block.room() - 2) >> 1);
    block.at = escapeBytes(from, start, start + bytes, block.out, block.at);
    valueLeft -= bytes;
    if (valueLeft === 0) {
      inValue = false;
      column++;
    }
    return start + bytes;
  };

  return {
    begin(count) {
      // Before the row begins, so that a block that ends here ends between rows.
      block.reserve(LEAST_ROOM);
      block.insideRow = true;
      columns = count;
      column = 0;
      inValue = false;
      lengthBytes = 0;
    },
    part(from, start, end) {
      let p = start;
      while (p < end) {
        if (inValue) p = value(from, p, end);
        else if (column < columns) p = valueLength(from.bytes, p, end);
        else throw new Error('a row that is longer than its columns');
      }
    },
    end() {
      if (column !== columns || inValue) throw new Error('a row that is shorter than its columns');
      block.reserve(1);
      block.out.bytes[block.at++] = NEWLINE;
      block.insideRow = false;
      // After a row that was larger than a block the next one begins a block, so that a member can end here.
      if (!block.startsRow) block.flush();
    },
  };
}

function bytesOfLength(first: number): number {
  if (first <= 0xfb) return 1;
  return first === 0xfc ? 3 : first === 0xfd ? 4 : 9;
}

function readLength(bytes: Buffer, count: number): number {
  if (count === 1) return bytes[0]!;
  return count === 9 ? Number(bytes.readBigUInt64LE(1)) : bytes.readUIntLE(1, count - 1);
}
