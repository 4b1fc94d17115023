import { join } from 'node:path';
import { LifeboatError } from '#platform/errors.ts';
import { isThere } from '../../is-there.ts';
import type { FolderState } from './folder-state.ts';
import { placesInside } from './places-inside.ts';

/** Throws if something that belongs to the backup itself lies in a state that is to be deleted: an only archive may be among it. */
export async function keepOwn(
  { live, staged, old, inside }: FolderState,
  neverInside: readonly string[],
): Promise<void> {
  for (const path of new Set([...inside, ...(await placesInside(live, neverInside))])) {
    for (const state of [staged, old]) {
      if (!(await isThere(join(state, path)))) continue;
      throw new LifeboatError('target-unsuitable', `${join(state, path)} belongs to the backup itself`, {
        hint: `move it to ${join(live, path)} first; nothing was deleted`,
      });
    }
  }
}
