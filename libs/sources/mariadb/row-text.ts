import { asBytes, type Bytes, escapeRow } from './escape-row.ts';
import { rowByValue } from './row-by-value.ts';
import { type Blocks, type TextBlock, textBlock } from './text-block.ts';

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

const HEADER = 4;
/** A packet of this length goes on in the next one. */
const LONGEST_PACKET = 0xff_ff_ff;

/**
 * Two ways through a row. One that lies whole in the chunk and whose text surely fits in the block is escaped
 * in one go; any other (cut by the chunk's end, larger than what is left of the block, of 16 MiB and more)
 * goes value by value. Throws on packets that break the protocol.
 */
export function rowText(blocks: Blocks): RowText {
  const block = textBlock(blocks);
  const answer = answerState();
  const row = rowByValue(block);
  let rows = 0;
  /** A packet's header, which the chunk's end may have cut. */
  const header = Buffer.alloc(HEADER);
  let headerBytes = 0;
  let inPacket = false;
  /** Bytes of the packet still to come, and whether another one continues it. */
  let left = 0;
  let continued = false;
  /** Collected bytes of a packet that is not a row. */
  let control: Buffer[] | undefined;

  const readHeader = (chunk: Buffer, start: number, end: number): number => {
    let p = start;
    while (headerBytes < HEADER && p < end) header[headerBytes++] = chunk[p++]!;
    if (headerBytes < HEADER) return p;
    headerBytes = 0;
    left = header.readUIntLE(0, 3);
    continued = left === LONGEST_PACKET;
    inPacket = left > 0;
    // Only a row whose packets were all full ends with an empty one.
    if (!inPacket && !block.insideRow) throw new Error('an empty packet');
    if (!inPacket) endPacket();
    return p;
  };

  const readContent = (from: Bytes, chunk: Buffer, start: number, end: number): number => {
    const next = start + Math.min(left, end - start);
    if (!block.insideRow && control === undefined) {
      if (answer.isRow(chunk[start]!, left)) row.begin(answer.columns());
      else control = [];
    }
    if (control === undefined) row.part(from, start, next);
    else control.push(Buffer.from(chunk.subarray(start, next)));
    left -= next - start;
    if (left === 0) {
      inPacket = false;
      if (!continued) endPacket();
    }
    return next;
  };

  const endPacket = (): void => {
    if (control === undefined) {
      row.end();
      rows++;
    } else {
      answer.control(Buffer.concat(control));
      control = undefined;
    }
  };

  return {
    take(chunk) {
      const from = asBytes(chunk);
      const end = chunk.length;
      for (let p = 0; p < end && !answer.ended(); ) {
        if (inPacket) {
          p = readContent(from, chunk, p, end);
          continue;
        }
        if (headerBytes === 0 && answer.inRows() && !block.insideRow) {
          const whole = wholeRows(from, p, answer.columns(), block);
          rows += whole.rows;
          p = whole.next;
        }
        p = readHeader(chunk, p, end);
      }
      return answer.ended();
    },
    end: () => block.end(),
    get rows() {
      return rows;
    },
    get failure() {
      return answer.failure();
    },
  };
}

/** Rows that lie whole in the chunk; `next` is the first packet that does not, or is no such row. */
function wholeRows(
  from: Bytes,
  start: number,
  columns: number,
  block: TextBlock,
): { rows: number; next: number } {
  const { bytes } = from;
  let rows = 0;
  let p = start;
  while (bytes.length - p > HEADER) {
    const size = bytes[p]! | (bytes[p + 1]! << 8) | (bytes[p + 2]! << 16);
    const next = p + HEADER + size;
    if (next > bytes.length || size === 0 || size === LONGEST_PACKET || bytes[p + HEADER]! >= 0xfe) break;
    const room = 2 * size + 3 * columns;
    if (room > block.room()) {
      if (room > block.out.bytes.length) break;
      block.flush();
    }
    block.at = escapeRow(from, p + HEADER, next, columns, block.out, block.at);
    if (block.at < 0) throw new Error('a row whose lengths do not add up');
    rows++;
    p = next;
  }
  return { rows, next: p };
}

/** What a result consists of, packet by packet: column count, columns, their end, rows, the end or an error. */
interface AnswerState {
  /** Whether a packet of `size` bytes (16 MiB - 1 if it goes on) is a row, by its first byte. */
  isRow(first: number, size: number): boolean;
  inRows(): boolean;
  ended(): boolean;
  columns(): number;
  failure(): Error | undefined;
  /** A packet that is not a row. */
  control(packet: Buffer): void;
}

function answerState(): AnswerState {
  let phase: 'count' | 'columns' | 'columns-end' | 'rows' | 'ended' = 'count';
  let columns = 0;
  let columnsLeft = 0;
  let failure: Error | undefined;
  return {
    isRow: (first, size) => phase === 'rows' && first !== 0xff && !(first === 0xfe && size < 9),
    inRows: () => phase === 'rows',
    ended: () => phase === 'ended',
    columns: () => columns,
    failure: () => failure,
    control(packet) {
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
      } else {
        phase = phase === 'columns-end' ? 'rows' : 'ended';
      }
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
