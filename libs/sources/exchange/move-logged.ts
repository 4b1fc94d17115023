import type { RestoreLog } from '#sources/restore-target.ts';
import { goBackCommand } from './go-back-command.ts';
import { moveDurably } from './move-durably.ts';

/** Renames durably, the step and the way back being in the log before. Throws `switch-failed`; nothing has moved then. */
export async function moveLogged(
  log: RestoreLog,
  from: string,
  to: string,
  why: string,
  goBack = goBackCommand(from, to),
): Promise<void> {
  const what = `${why}: rename ${from} to ${to}`;
  await log.before({ what, goBack });
  await moveDurably(from, to);
  await log.done(what);
}
