import { createHash } from 'node:crypto';
import type { MemberRecord, MemberSink, WriteOptions } from '#sources/source.ts';
import type { FrameCompressor } from '../frame-compressor.ts';
import type { Connection } from './connect.ts';
import { readRows } from './read-rows.ts';
import { rowMembers } from './row-members.ts';

export interface DumpedRows {
  rows: number;
  /** Bytes and SHA-256 of the uncompressed text. */
  bytes: number;
  sha256: string;
  members: MemberRecord[];
}

/**
 * Reads the rows of `select` into members below `folder`. Blocks are compressed in the thread pool while the
 * next ones are read, and go out in order. `item` names the table for progress. Throws if anything of it
 * could not be read or written; there is no such thing as part of a table.
 */
export async function dumpRows(
  connection: Connection,
  o: {
    select: string;
    folder: string;
    item: string;
    sink: MemberSink;
    frames: FrameCompressor;
    options: WriteOptions;
  },
): Promise<DumpedRows> {
  const { signal, onBytes } = o.options;
  const hash = createHash('sha256');
  const members = rowMembers({ folder: o.folder, sink: o.sink, signal });
  let last: Promise<void> = Promise.resolve();
  const take = (block: Uint8Array, startsRow: boolean): Promise<void> => {
    hash.update(block);
    const frame = o.frames.compress(block);
    frame.catch(() => undefined);
    const before = last;
    last = (async () => {
      await before;
      await members.add(await frame, startsRow);
      onBytes(block.length, o.item);
    })();
    return last;
  };
  try {
    const { rows, bytes } = await readRows(connection, o.select, take, signal);
    return { rows, bytes, sha256: hash.digest('hex'), members: await members.end() };
  } catch (error) {
    members.abandon(error);
    throw error;
  }
}
