import { ERRORS } from '#platform/errors.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { composeRestore } from '../compose-restore.ts';
import { printPlan } from '../print-plan.ts';
import type { RestoreRequest } from '../request.ts';
import { screenOf } from '../screen-of.ts';

/** `lifeboat-restore plan ARCHIVE`: what apply would do; changes nothing. The status is that of the first refusal. */
export async function plan(context: CommandContext, request: RestoreRequest): Promise<number> {
  await using restore = await composeRestore(request, context, context.signal);
  const text = context.json
    ? `${JSON.stringify(restore.plan)}\n`
    : printPlan(restore.plan, restore.profile, screenOf(context));
  context.stdout.write(text);
  const [refusal] = restore.plan.refusals;
  return refusal === undefined ? 0 : ERRORS[refusal.code].exit;
}
