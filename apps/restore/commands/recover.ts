import { recordRun } from '#journal/record-run.ts';
import { oneLine } from '#platform/one-line.ts';
import { type BegunLog, isOfSystem, listRestoreLogs } from '#restore/log/list-restore-logs.ts';
import { recover as recoverRun } from '#restore/recover.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { endRun } from '#terminal/end-run.ts';
import { showProgress } from '#terminal/show-progress.ts';
import { composeRecovery, type Recovery } from '../compose-recovery.ts';
import { settleRestoredSettings } from '../settle-restored-settings.ts';
import type { SignInRequest } from '../sign-in-request.ts';

/**
 * `lifeboat-restore recover`: ends every restore and undo that was cut off, and says how. `show` only tells what was
 * done of each and the commands that go back by hand. A log that is damaged ends it before anything is done.
 */
export async function recover(
  context: CommandContext,
  request: SignInRequest,
  { show }: { show: boolean },
): Promise<number> {
  const recovery = await composeRecovery(context, request);
  const { logs, damaged } = await listRestoreLogs(recovery.stateFolder);
  const [bad] = damaged;
  if (bad !== undefined && !show) throw bad;
  const { systemId } = recovery;
  const open = logs.filter(
    (log) => log.ended === undefined && (systemId === undefined || isOfSystem(log, systemId)),
  );
  if (show) return showSteps(open, context);
  if (open.length > 0) return await recoverAll(open, recovery, context);
  // A recovery or an undo that was killed at its very end may have left it to this one.
  await settleRestoredSettings(recovery.stateFolder);
  context.stdout.write(
    context.json ? `${JSON.stringify({ recovered: [] })}\n` : 'no restore was cut off: nothing to recover\n',
  );
  return 0;
}

/** The newest first: an older one cannot be open beside it but by a copy of a state folder. Its status is the first bad one. */
async function recoverAll(
  open: readonly BegunLog[],
  recovery: Recovery,
  context: CommandContext,
): Promise<number> {
  let status = 0;
  for (const log of open.toReversed()) {
    const display = showProgress(context);
    const recording = recovery.recording(log.begin.system);
    const outcome = await recordRun('recover', { ...context, ...recording }, () =>
      recoverRun(log, recovery.parts(display.onProgress), context.signal),
    );
    display.clear();
    await settleRestoredSettings(recovery.stateFolder);
    const ended = endRun(outcome, context);
    if (status === 0) status = ended;
  }
  return status;
}

/** What was done last stands first, as it has to be gone back from by hand. */
function showSteps(open: readonly BegunLog[], { json, stdout }: CommandContext): number {
  if (json) {
    const all = open.map(({ run, path, begin, startedAt, switched, steps }) => ({
      run,
      path,
      operation: begin.operation,
      startedAt,
      switched,
      steps,
    }));
    stdout.write(`${JSON.stringify(all)}\n`);
    return 0;
  }
  const lines = open.flatMap(({ run, begin, startedAt, switched, steps }) => [
    `${begin.operation} ${run} of ${begin.system.name}, begun ${startedAt}: ${switched ? 'complete, not ended' : 'cut off'}`,
    ...steps
      .toReversed()
      .flatMap(({ what, goBack }) => [
        `  ${what}`,
        ...(goBack === undefined ? [] : [`    to go back by hand: ${goBack}`]),
      ]),
  ]);
  const text = lines.length === 0 ? ['no restore was cut off'] : lines;
  stdout.write(text.map((line) => `${oneLine(line)}\n`).join(''));
  return 0;
}
