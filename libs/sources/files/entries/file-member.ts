import type { MemberReader } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { entryContents } from './entry-contents.ts';
import { filesRecord } from './files-record.ts';
import { onlyEntry } from './only-entry.ts';

/** The content of a file component, as it was in the file. Throws `archive-damaged` and `archive-incomplete`. */
export async function* fileMember(
  component: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const record = filesRecord(component);
  const entry = await onlyEntry(archive, record, signal);
  await using contents = entryContents(archive, record, signal);
  yield* contents.open(entry);
}
