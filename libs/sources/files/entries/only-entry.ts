import { LifeboatError } from '#platform/errors.ts';
import type { MemberReader } from '#sources/restore-target.ts';
import type { ContentEntry } from './file-entry.ts';
import type { FilesRecord } from './files-record.ts';
import { readEntries } from './read-entries.ts';

/** The one entry that a file component's list has. Throws `archive-damaged` for a list of another kind. */
export async function onlyEntry(
  archive: MemberReader,
  record: FilesRecord,
  signal: AbortSignal,
): Promise<ContentEntry> {
  let only: ContentEntry | undefined;
  for await (const entry of readEntries(archive, record.prefix, signal)) {
    if (only || entry.type !== 'file') {
      throw new LifeboatError('archive-damaged', `${record.prefix} does not consist of one file`);
    }
    only = entry;
  }
  if (!only) throw new LifeboatError('archive-damaged', `${record.prefix} lists no file`);
  return only;
}
