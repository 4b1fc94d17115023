import { mkdir } from 'node:fs/promises';
import type { CheckedItem, MemberReader, StageOptions } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { moveDurably } from '../exchange/move-durably.ts';
import { extractPlaces } from '../extract-places.ts';
import { removeTree } from '../remove-tree.ts';
import { checkDatabase } from './check-database.ts';
import { stageDatabase } from './stage-database.ts';

/**
 * FD-27: unpacks a database to `<into>/<name>.db`, private, under a temporary name until it is checked. One that
 * was damaged when it was saved comes out too, and the result says so. Throws `target-unsuitable` if the file
 * is there already, `archive-damaged`, `archive-incomplete`, `check-failed`, `space-low`, `write-failed`.
 */
export async function extractSqlite(
  component: ComponentRecord,
  archive: MemberReader,
  into: string,
  options: StageOptions,
): Promise<CheckedItem> {
  await mkdir(into, { recursive: true, mode: 0o700 });
  const { temporary, final } = await extractPlaces(into, `${component.name}.db`);
  await using cleanup = new AsyncDisposableStack();
  await stageDatabase(temporary, component, archive, options);
  cleanup.defer(() => removeTree(temporary));
  const { result } = await checkDatabase(temporary, component, options.signal);
  await moveDurably(temporary, final);
  return { component: component.id, result: `${result}; in ${final}` };
}
