import { closeCutRuns } from '#journal/close-cut-runs.ts';
import type { Notifier } from '#notify/open-notifier.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { tellOpenRestore } from './tell-open-restore.ts';

/** After a kill or a power cut the service is the first to see how things were left: runs that were cut off, a restore that is open. */
export async function tellWhatWasCutOff(
  system: Pick<ComposedSystem, 'id' | 'state' | 'recording'>,
  notifier: Pick<Notifier, 'runEnded' | 'raise'>,
  context: CommandContext,
): Promise<void> {
  for (const cut of await closeCutRuns({ ...context, ...system.recording })) {
    if (cut.operation === 'backup') await notifier.runEnded(cut);
  }
  await tellOpenRestore(system, notifier, context.clock);
}
