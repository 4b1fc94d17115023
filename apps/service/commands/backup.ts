import type { CommandContext } from '#terminal/command-context.ts';
import { endRun } from '#terminal/end-run.ts';
import { showProgress } from '#terminal/show-progress.ts';
import { composeSystem } from '../compose.ts';
import { makeBackup } from '../make-backup.ts';

/** `lifeboat backup`: Backup Now. */
export async function backup(context: CommandContext): Promise<number> {
  const system = await composeSystem(context);
  const display = showProgress(context);
  const outcome = await makeBackup(system, { ...context, onProgress: display.onProgress });
  display.clear();
  return endRun(outcome, context);
}
