import type { RestoreLog } from '#sources/source.ts';
import { isThere } from '../is-there.ts';
import { moveDurably, moveLogged } from '../move-logged.ts';
import { removeTree } from '../remove-tree.ts';

/** A database consists of these: a -wal that is left behind would be replayed over the file that comes after it. */
const ENDINGS = ['', '-wal', '-shm', '-journal'] as const;

/** Moves a database with all that belongs to it, each file a step of its own. Returns what went where. */
export async function moveDatabase(
  from: string,
  to: string,
  log?: { log: RestoreLog; why: string },
): Promise<{ from: string; to: string }[]> {
  const moved: { from: string; to: string }[] = [];
  for (const ending of ENDINGS) {
    const step = { from: from + ending, to: to + ending };
    if (!(await isThere(step.from))) continue;
    if (log) await moveLogged(log.log, step.from, step.to, log.why);
    else await moveDurably(step.from, step.to);
    moved.push(step);
  }
  return moved;
}

export async function removeDatabase(path: string): Promise<void> {
  for (const ending of ENDINGS) await removeTree(path + ending);
}
