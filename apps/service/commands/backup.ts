import type { CommandContext } from '#terminal/command-context.ts';
import { endRun } from '#terminal/end-run.ts';
import { showProgress } from '#terminal/show-progress.ts';
import { composeSystem } from '../compose.ts';
import { makeBackup } from '../make-backup.ts';
import { backupByService } from '../service/backup-by-service.ts';
import { socketPath } from '../service/socket-path.ts';

/** `lifeboat backup`: Backup Now, by the service of this machine if one runs, else by this program itself (FD-01). */
export async function backup(context: CommandContext): Promise<number> {
  const system = await composeSystem(context);
  const display = showProgress(context);
  const how = { ...context, onProgress: display.onProgress };
  const served = await backupByService(socketPath(system.state, system.id), {}, how);
  const outcome = served ?? (await makeBackup(system, how));
  display.clear();
  return endRun(outcome, context);
}
