import { LifeboatError } from '#platform/errors.ts';
import type { Connection, Session } from './connect.ts';
import { mariadbError } from './mariadb-error.ts';
import { type RowText, rowText } from './row-text.ts';

/**
 * Takes a block of row text, at most 1 MiB. The block's memory is used again once the promise resolves. Up
 * to three blocks are given before the first is done; the caller keeps their order.
 * `startsRow`: the block begins with a row; false inside a row that is larger than a block.
 */
export type RowSink = (block: Uint8Array, startsRow: boolean) => Promise<void>;

export interface RowsRead {
  rows: number;
  /** Of the text given to the sink. */
  bytes: number;
}

/** Blocks that a sink may hold at a time. With the one being filled: 4 MiB for each reader. */
const BLOCKS_IN_FLIGHT = 3;
const BLOCK_BYTES = 1 << 20;
const FIRST_BLOCK_BYTES = 16 << 10;

/**
 * Runs a SELECT (of selectRows) and gives its rows to `sink` as LOAD DATA text. Memory is bounded whatever the
 * size of a row: packets are escaped as they arrive. An error in the middle of the rows throws, as does a
 * failing sink (the connection is then at its end); a resolved call means that the server said "that is all"
 * and the sink took everything.
 */
export async function readRows(
  connection: Connection,
  select: string,
  sink: RowSink,
  signal: AbortSignal,
): Promise<RowsRead> {
  signal.throwIfAborted();
  const onAbort = () => connection.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await connection.exclusive(async (session) => {
      await session.resultsAs('binary');
      return await streamRows(session, connection, select, sink);
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function streamRows(
  session: Session,
  connection: Connection,
  select: string,
  sink: RowSink,
): Promise<RowsRead> {
  const { wire } = session;
  const done = Promise.withResolvers<RowsRead>();
  const blocks = blockPool();
  const pending = new Set<Promise<void>>();
  let bytes = 0;
  let over = false;

  const fail = (error: unknown): void => {
    over = true;
    // Rows may still be on their way, so the session cannot be used again.
    connection.abort(error);
    done.reject(error);
  };
  const give = (block: Uint8Array, startsRow: boolean): void => {
    bytes += block.byteLength;
    const taken = sink(block, startsRow).then(() => {
      pending.delete(taken);
      blocks.release(block);
      if (!over && pending.size < BLOCKS_IN_FLIGHT) wire.resume();
    }, fail);
    pending.add(taken);
    if (pending.size >= BLOCKS_IN_FLIGHT) wire.pause();
  };
  const text: RowText = rowText({ give, next: blocks.take });
  const finish = async (): Promise<void> => {
    over = true;
    wire.divert(undefined);
    wire.pause();
    if (text.failure === undefined) text.end();
    await Promise.all(pending);
    wire.resume();
    if (text.failure) throw mariadbError(text.failure, connection.place);
    return done.resolve({ rows: text.rows, bytes });
  };

  wire.divert((chunk) => {
    if (over) return;
    try {
      if (text.take(chunk)) finish().catch(done.reject);
    } catch (cause) {
      fail(protocolError(cause, connection.place));
    }
  });
  wire.write(queryPacket(select));
  return done.promise;
}

function protocolError(cause: unknown, place: string): unknown {
  if (cause instanceof LifeboatError) return cause;
  return new LifeboatError('database-failed', `${place} sent rows that break the protocol: ${cause}`, {
    cause,
  });
}

/** COM_QUERY. */
function queryPacket(sql: string): Buffer {
  const body = Buffer.from(sql);
  const packet = Buffer.alloc(5 + body.length);
  packet.writeUIntLE(body.length + 1, 0, 3);
  packet[4] = 3;
  body.copy(packet, 5);
  return packet;
}

/** Memory for blocks, used again. The first ones are small, as most tables are. */
function blockPool(): { take(): Uint8Array; release(block: Uint8Array): void } {
  const free: ArrayBufferLike[] = [];
  let size = FIRST_BLOCK_BYTES;
  return {
    take() {
      const memory = free.pop();
      if (memory) return new Uint8Array(memory);
      const block = Buffer.allocUnsafeSlow(size);
      size = Math.min(4 * size, BLOCK_BYTES);
      return block;
    },
    release(block) {
      if (block.buffer.byteLength === BLOCK_BYTES) free.push(block.buffer);
    },
  };
}
