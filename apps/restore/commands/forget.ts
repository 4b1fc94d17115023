import { recordRun } from '#journal/record-run.ts';
import { LifeboatError } from '#platform/errors.ts';
import { findKept } from '#restore/kept/find-kept.ts';
import { forgetOld } from '#restore/kept/forget-old.ts';
import { type KeptRun, listKept } from '#restore/kept/list-kept.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { endRun } from '#terminal/end-run.ts';
import { showProgress } from '#terminal/show-progress.ts';
import { composeRecovery } from '../compose-recovery.ts';
import type { SignInRequest } from '../sign-in-request.ts';

/**
 * `lifeboat-restore forget RUN` or `forget --expired`: deletes for good what was kept from before a restore, of one run
 * or of all that were kept for as long as `keep_old_days` says. Nothing else ever does.
 */
export async function forget(
  context: CommandContext,
  request: SignInRequest,
  { run, expired }: { run: string | undefined; expired: boolean },
): Promise<number> {
  if ((run === undefined) !== expired) {
    throw new LifeboatError('usage', 'name one run, or give --expired', {
      hint: 'lifeboat-restore kept shows the runs',
    });
  }
  const recovery = await composeRecovery(context, request);
  const { stateFolder, systemId } = recovery;
  const now = context.clock.now();
  const chosen: KeptRun[] = expired
    ? (await listKept(stateFolder, systemId, now)).filter((kept) => kept.expired)
    : [await findKept(stateFolder, systemId, run, now)];
  if (chosen.length === 0) {
    context.stdout.write(context.json ? '{"forgotten":[]}\n' : 'nothing has been kept for its time yet\n');
  }
  let status = 0;
  for (const kept of chosen) {
    const display = showProgress(context);
    const outcome = await recordRun('forget', { ...context, ...recovery.recording(kept.system) }, () =>
      forgetOld({ systemId, run: kept.run }, recovery.parts(display.onProgress), context.signal),
    );
    display.clear();
    const ended = endRun(outcome, context);
    if (status === 0) status = ended;
  }
  return status;
}
