import type { MemberReader } from '../../../restore-target.ts';
import { unzstd } from '../../../unzstd.ts';
import type { TableObject } from '../../format.ts';
import type { LoadOptions } from './load-options.ts';

/** The uncompressed text of a table's rows: its members, one after the other, never more than is recorded. */
export async function* archivedRows(
  table: Pick<TableObject, 'name' | 'members' | 'bytes'>,
  archive: MemberReader,
  options: LoadOptions,
): AsyncGenerator<Buffer> {
  const frames = allMembers(table.members, archive, options.signal);
  for await (const chunk of unzstd(frames, table.bytes, `table ${table.name}`)) {
    options.onBytes(chunk.length);
    yield chunk;
  }
}

async function* allMembers(
  paths: readonly string[],
  archive: MemberReader,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (const path of paths) yield* archive.open(path, signal);
}
