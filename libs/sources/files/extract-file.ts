import { mkdir } from 'node:fs/promises';
import type { CheckedItem, MemberReader, StageOptions } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { moveDurably } from '../exchange/move-durably.ts';
import { extractPlaces } from '../extract-places.ts';
import { showPath } from './byte-path.ts';
import { filesRecord } from './entries/files-record.ts';
import { onlyEntry } from './entries/only-entry.ts';
import { stagedFile } from './stage/staged-file.ts';

/** FD-27: unpacks a file component to `<into>/<the file's own name>`, as extractFolder does. */
export async function extractFile(
  component: ComponentRecord,
  archive: MemberReader,
  into: string,
  options: StageOptions,
): Promise<CheckedItem> {
  await mkdir(into, { recursive: true, mode: 0o700 });
  const entry = await onlyEntry(archive, filesRecord(component), options.signal);
  const { temporary, final } = await extractPlaces(into, showPath(entry.path));
  await using staged = await stagedFile(temporary, component, archive, options);
  const { result } = await staged.check(options.signal);
  await moveDurably(temporary, final);
  staged.release();
  return { component: component.id, result: `${result}; in ${final}` };
}
