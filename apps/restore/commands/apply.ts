import { type RunResult, recordRun } from '#journal/record-run.ts';
import { runInPlace } from '#restore/run-in-place.ts';
import { type RestoreParts, runRestore } from '#restore/run-restore.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { endRun } from '#terminal/end-run.ts';
import { showProgress } from '#terminal/show-progress.ts';
import { type ComposedRestore, composeRestore } from '../compose.ts';
import { tellChecklist } from '../new-machine/tell-checklist.ts';
import { printPlan } from '../print-plan.ts';
import type { RestoreRequest } from '../request.ts';
import { screenOf } from '../screen-of.ts';

/** `lifeboat-restore apply ARCHIVE`: restores without questions; what needs agreement must be agreed to by options. */
export async function apply(context: CommandContext, request: RestoreRequest): Promise<number> {
  await using restore = await composeRestore(request, context, context.signal);
  if (!context.json && !context.quiet) {
    context.stdout.write(printPlan(restore.plan, restore.profile, screenOf(context)));
  }
  return await applyPlan(context, restore, request);
}

/** Runs the plan that was shown and says how it ended. The wizard calls it too, after its questions. */
export async function applyPlan(
  context: CommandContext,
  restore: ComposedRestore,
  request: RestoreRequest,
): Promise<number> {
  const display = showProgress(context);
  const outcome = await recordRun('restore', { ...context, ...restore.recording }, async () => {
    await using mark = await restore.markSettings();
    const parts = restore.parts(display.onProgress, request);
    const result = await run(context, restore, parts);
    mark.stays();
    return await tellChecklist(result, context, restore, request);
  });
  display.clear();
  return endRun(outcome, context);
}

function run(
  { signal }: CommandContext,
  { plan, makeSafety }: ComposedRestore,
  parts: RestoreParts,
): Promise<RunResult> {
  if (plan.inPlace === undefined) return runRestore(parts, plan, signal);
  return runInPlace({ ...parts, makeSafety: (how) => makeSafety(parts.onProgress, how) }, plan, signal);
}
