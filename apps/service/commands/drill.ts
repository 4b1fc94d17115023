import type { CommandContext } from '#terminal/command-context.ts';
import { endRun } from '#terminal/end-run.ts';
import { showProgress } from '#terminal/show-progress.ts';
import { sendBeside } from '../channels/send-beside.ts';
import { composeNotifier } from '../compose/compose-notifier.ts';
import { composeSystem } from '../compose/compose-system.ts';
import { drillNow } from '../drill/drill-now.ts';

/** `lifeboat drill [ARCHIVE]`: restores an archive into scratch places, the newest good one without a name (LB-03). */
export async function drill(context: CommandContext, wanted: string | undefined): Promise<number> {
  const system = await composeSystem(context);
  const display = showProgress(context);
  using notifier = await composeNotifier(system, context);
  const sending = sendBeside(notifier);
  const how = { ...context, notifier: sending.notifier, onProgress: display.onProgress };
  const outcome = await drillNow(system, wanted, how);
  display.clear();
  const status = endRun(outcome, context);
  await sending.end(context.signal);
  return status;
}
