import { recordRun } from '#journal/record-run.ts';
import type { RunResult } from '#journal/run-result.ts';
import { runInPlace } from '#restore/in-place/run-in-place.ts';
import type { RestoreParts } from '#restore/restore-parts.ts';
import type { RestoreResult } from '#restore/restore-result.ts';
import { runRestore } from '#restore/run-restore.ts';
import { sayUntouched } from '#restore/say-untouched.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { endRun } from '#terminal/end-run.ts';
import { showProgress } from '#terminal/show-progress.ts';
import { type ComposedRestore, composeRestore } from '../compose-restore.ts';
import { tellChecklist } from '../new-machine/tell-checklist.ts';
import { printPlan } from '../print-plan.ts';
import type { RestoreRequest } from '../request.ts';
import { screenOf } from '../screen-of.ts';
import { undo } from './undo.ts';

/** `lifeboat-restore apply ARCHIVE`: restores without questions; what needs agreement must be agreed to by options. */
export async function apply(
  context: CommandContext,
  request: RestoreRequest,
  { undoOnFailure }: { undoOnFailure: boolean },
): Promise<number> {
  await using restore = await compose(context, request);
  if (!context.json && !context.quiet) {
    context.stdout.write(printPlan(restore.plan, restore.profile, screenOf(context)));
  }
  return await applyPlan(context, restore, request, async () => undoOnFailure);
}

async function compose(context: CommandContext, request: RestoreRequest): Promise<ComposedRestore> {
  try {
    return await composeRestore(request, context, context.signal);
  } catch (error) {
    throw sayUntouched(error);
  }
}

/**
 * Runs the plan that was shown and says how it ended. The wizard calls it too, after its questions. Where the system's
 * own check says that it does not work with what was restored, `undoIfCheckFails` decides whether that goes back.
 */
export async function applyPlan(
  context: CommandContext,
  restore: ComposedRestore,
  request: RestoreRequest,
  undoIfCheckFails: () => Promise<boolean>,
): Promise<number> {
  const display = showProgress(context);
  let failed: string | undefined;
  const outcome = await recordRun('restore', { ...context, ...restore.recording }, async () => {
    await using mark = await restore.markSettings();
    const parts = restore.parts(display.onProgress, request);
    const result = await run(context, restore, parts);
    if ('checkFailed' in result && result.checkFailed) failed = result.run;
    mark.stays();
    return await tellChecklist(result, context, restore, request);
  });
  display.clear();
  const status = endRun(outcome, context);
  if (failed !== undefined && (await undoIfCheckFails())) await undo(context, request, failed);
  return status;
}

function run(
  { signal }: CommandContext,
  { plan, makeSafety }: ComposedRestore,
  parts: RestoreParts,
): Promise<RunResult | RestoreResult> {
  if (plan.inPlace === undefined) return runRestore(parts, plan, signal);
  return runInPlace({ ...parts, makeSafety: (how) => makeSafety(parts.onProgress, how) }, plan, signal);
}
