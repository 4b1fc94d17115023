import type { CommandContext } from '#terminal/command-context.ts';
import { endRun } from '#terminal/end-run.ts';
import { showProgress } from '#terminal/show-progress.ts';
import { verifyNow } from '../archives/verify-now.ts';
import { composeSystem } from '../compose/compose-system.ts';

/** `lifeboat verify [ARCHIVE]`: reads an archive back in full, the newest without a name. */
export async function verify(context: CommandContext, name: string | undefined): Promise<number> {
  const system = await composeSystem(context);
  const display = showProgress(context);
  const outcome = await verifyNow(system, name, { ...context, onProgress: display.onProgress });
  display.clear();
  return endRun(outcome, context);
}
