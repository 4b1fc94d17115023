import type { CommandContext } from '#terminal/command-context.ts';
import { endRun } from '#terminal/end-run.ts';
import { showProgress } from '#terminal/show-progress.ts';
import { composeSystem } from '../compose.ts';
import { drillNow } from '../drill/drill-now.ts';

/** `lifeboat drill [ARCHIVE]`: restores an archive into scratch places, the newest good one without a name (LB-03). */
export async function drill(context: CommandContext, wanted: string | undefined): Promise<number> {
  const system = await composeSystem(context);
  const display = showProgress(context);
  const outcome = await drillNow(system, wanted, { ...context, onProgress: display.onProgress });
  display.clear();
  return endRun(outcome, context);
}
