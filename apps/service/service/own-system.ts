import { DRILL } from '#drill/drill-purpose.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import type { ServedSystem } from '../api/served-system.ts';
import { composeSystem } from '../compose/compose-system.ts';
import { drillNow } from '../drill/drill-now.ts';
import { makeBackup } from '../make-backup.ts';
import { openRuns } from './open-runs.ts';
import type { Telling } from './open-telling.ts';

/** The conf is read anew for each run and each answer, so that the settings of now hold. */
export function ownSystem(
  id: string,
  { notifier, settingsChanged }: Pick<Telling, 'notifier' | 'settingsChanged'>,
  context: CommandContext,
): ServedSystem {
  const runs = openRuns(() => context.clock.now());
  const compose = () => composeSystem(context);
  return {
    id,
    runs,
    compose,
    startBackup: (request) =>
      runs.begin('a backup', async (how) =>
        makeBackup(await compose(), { ...context, notifier, request, ...how }),
      ),
    startDrill: (archive) =>
      runs.begin(DRILL, async (how) => drillNow(await compose(), archive, { ...context, notifier, ...how })),
    settingsChanged,
  };
}
