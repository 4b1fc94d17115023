import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckedItem, MemberReader, StageOptions } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { moveDurably } from '../exchange/move-durably.ts';
import { extractPlaces } from '../extract-places.ts';
import { stagedTree } from './stage/staged-tree.ts';

/**
 * FD-27: unpacks a folder component to `<into>/<name>`, checked like a restore, visible only when complete.
 * `into` is made if it is missing. Throws `target-unsuitable` if something has that name already.
 */
export async function extractFolder(
  component: ComponentRecord,
  archive: MemberReader,
  into: string,
  options: StageOptions,
): Promise<CheckedItem> {
  await mkdir(into, { recursive: true, mode: 0o700 });
  const { temporary, final } = await extractPlaces(into, component.name);
  await using staged = await stagedTree(temporary, component, archive, () => false, options);
  const { result } = await staged.check(options.signal);
  await staged.finish();
  await moveDurably(temporary, final);
  staged.release();
  return { component: component.id, result: `${result}; in ${join(final)}` };
}
