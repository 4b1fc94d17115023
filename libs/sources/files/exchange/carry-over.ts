import { chmod, chown, lstat, mkdir, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LifeboatError } from '#platform/errors.ts';
import type { RestoreLog } from '#sources/restore-target.ts';
import { moveDurably } from '../../exchange/move-durably.ts';
import { moveLogged } from '../../exchange/move-logged.ts';
import { isThere } from '../../is-there.ts';

/**
 * Moves places that belong to the backup itself (destination, journal, state) out of one state of a folder
 * into the other, each by a rename. What is not there is passed over. Throws `switch-failed`.
 */
export async function carryOver(
  from: string,
  to: string,
  places: readonly string[],
  log?: RestoreLog,
): Promise<void> {
  for (const place of places) {
    const source = join(from, place);
    const goal = join(to, place);
    if (!(await isThere(source))) continue;
    if (await isThere(goal)) {
      throw new LifeboatError('switch-failed', `both ${source} and ${goal} exist, and neither may be lost`, {
        hint: 'move one of them elsewhere, then try again',
      });
    }
    await makeParents(from, to, place);
    const parent = dirname(goal);
    const { atime, mtime } = await lstat(parent);
    if (log) await moveLogged(log, source, goal, 'carry over what belongs to the backup itself');
    else await moveDurably(source, goal);
    await utimes(parent, atime, mtime);
  }
}

/** Makes the folders above a place in the other state, where they are missing, like those it comes from. */
async function makeParents(from: string, to: string, place: string): Promise<void> {
  const parent = dirname(place);
  if (parent === '.') return;
  await makeParents(from, to, parent);
  const goal = join(to, parent);
  if (await isThere(goal)) {
    if ((await lstat(goal)).isDirectory()) return;
    throw new LifeboatError(
      'switch-failed',
      `${goal} is not a folder, though ${join(from, place)} belongs there`,
    );
  }
  const like = await lstat(join(from, parent));
  await mkdir(goal, { mode: 0o700 });
  if (process.geteuid?.() === 0) await chown(goal, like.uid, like.gid);
  await chmod(goal, like.mode & 0o7777);
}
