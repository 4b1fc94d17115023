import { recordRun } from '#journal/record-run.ts';
import { findKept } from '#restore/kept/find-kept.ts';
import { undoRestore } from '#restore/undo-restore.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { endRun } from '#terminal/end-run.ts';
import { showProgress } from '#terminal/show-progress.ts';
import { composeRecovery } from '../compose-recovery.ts';
import { settleRestoredSettings } from '../settle-restored-settings.ts';
import type { SignInRequest } from '../sign-in-request.ts';

/** `lifeboat-restore undo [RUN]`: brings the state before a restore back, by default before the newest (LB-02). */
export async function undo(
  context: CommandContext,
  request: SignInRequest,
  run: string | undefined,
): Promise<number> {
  const { systemId, stateFolder, runId, around, ...recovery } = await composeRecovery(context, request);
  const { system } = await findKept(stateFolder, systemId, run, context.clock.now());
  const display = showProgress(context);
  const outcome = await recordRun('undo', { ...context, ...recovery.recording(system) }, () =>
    undoRestore({ systemId, run }, { ...recovery.parts(display.onProgress), runId, around }, context.signal),
  );
  display.clear();
  await settleRestoredSettings(stateFolder);
  return endRun(outcome, context);
}
