import type { RestoreLog } from '#sources/restore-target.ts';
import { moveDurably } from '../exchange/move-durably.ts';
import { moveLogged } from '../exchange/move-logged.ts';
import { isThere } from '../is-there.ts';
import { removeTree } from '../remove-tree.ts';

/** What may lie beside a database file and belongs to it: left behind, it would be replayed over the file that comes after. */
export const COMPANIONS = ['-wal', '-shm', '-journal'] as const;

/** Moves what lies beside a database, each file a step of its own. */
export async function moveCompanions(
  from: string,
  to: string,
  logged?: { log: RestoreLog; why: string },
): Promise<void> {
  for (const ending of COMPANIONS) {
    if (!(await isThere(from + ending))) continue;
    if (logged) await moveLogged(logged.log, from + ending, to + ending, logged.why);
    else await moveDurably(from + ending, to + ending);
  }
}

/** Removes a database with all that belongs to it; nothing there is in order. */
export async function removeDatabase(path: string): Promise<void> {
  for (const ending of ['', ...COMPANIONS]) await removeTree(path + ending);
}
