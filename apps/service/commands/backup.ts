import type { BackupRequest } from '#backup/backup-parts.ts';
import type { Outcome } from '#journal/outcome.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { endRun } from '#terminal/end-run.ts';
import { type ProgressDisplay, showProgress } from '#terminal/show-progress.ts';
import { sendBeside } from '../channels/send-beside.ts';
import { composeNotifier } from '../compose/compose-notifier.ts';
import { composeSystem } from '../compose/compose-system.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { makeBackup } from '../make-backup.ts';
import { backupByService } from '../service/backup-by-service.ts';
import { serviceOf } from '../service/service-of.ts';

/** `lifeboat backup`: Backup Now, by the service of this machine if one runs, else by this program itself (FD-01). */
export async function backup(context: CommandContext, request: BackupRequest = {}): Promise<number> {
  const system = await composeSystem(context);
  const display = showProgress(context);
  const how = { ...context, onProgress: display.onProgress };
  const served = await backupByService(serviceOf(system), request, how);
  if (served === undefined) return await backupHere(system, request, display, context);
  return end(served, display, context);
}

/** Those who are told are told by this program too; the outcome is shown before that is through. */
async function backupHere(
  system: ComposedSystem,
  request: BackupRequest,
  display: ProgressDisplay,
  context: CommandContext,
): Promise<number> {
  using notifier = await composeNotifier(system, context);
  const sending = sendBeside(notifier);
  const run = { ...context, request, notifier: sending.notifier, onProgress: display.onProgress };
  const status = end(await makeBackup(system, run), display, context);
  await sending.end(context.signal);
  return status;
}

function end(outcome: Outcome, display: ProgressDisplay, context: CommandContext): number {
  display.clear();
  return endRun(outcome, context);
}
