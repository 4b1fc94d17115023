import { runBackup } from '#backup/run-backup.ts';
import { lastRun } from '#journal/last-run.ts';
import { recordRun } from '#journal/record-run.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { endRun } from '#terminal/end-run.ts';
import { showProgress } from '#terminal/show-progress.ts';
import { composeSystem } from '../compose.ts';

/** `lifeboat backup`: Backup Now. */
export async function backup(context: CommandContext): Promise<number> {
  const system = await composeSystem(context);
  const display = showProgress(context);
  const outcome = await recordRun('backup', { ...context, journal: system.journal }, () =>
    runBackup(system.backup(display.onProgress), context.signal),
  );
  display.clear();
  // A run that found the system locked was none: the one that holds the lock will say how it ended.
  if (outcome.code !== 'system-locked') await lastRun(system.state, system.id).save(outcome);
  return endRun(outcome, context);
}
