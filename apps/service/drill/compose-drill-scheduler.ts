import type { Log } from '#log/log.ts';
import type { Alarm } from '#schedule/alarm.ts';
import type { SchedulerParts } from '#schedule/open-schedule.ts';
import { readSettings } from '#settings/read-settings.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { endOfRun } from '../service/end-of-run.ts';
import type { Run, Runs } from '../service/open-runs.ts';
import { drillSchedule } from './drill-schedule.ts';
import { drillScheduleParts } from './drill-schedule-parts.ts';
import { waitPatiently } from './wait-patiently.ts';

/** What the scheduler of the drills of a service's own system needs. */
export function composeDrillScheduler(
  { state, id, journal }: ComposedSystem,
  service: {
    startDrill: () => Run;
    runs: Pick<Runs, 'current'>;
    alarm: Alarm;
    log: Pick<Log, 'info'>;
  },
  { conf, clock, signal }: CommandContext,
): SchedulerParts {
  const lock = { stateFolder: state, systemId: id, clock };
  return {
    ...drillScheduleParts({ state, id, journal }, { ...service, clock }),
    settings: async () => drillSchedule(await readSettings(conf)),
    lockHolder: () => waitPatiently(lock, service.runs, signal),
    async runOne(_attempt, stop) {
      // One may have begun since.
      await waitPatiently(lock, service.runs, stop);
      return await endOfRun(service.startDrill(), stop);
    },
    wait: service.alarm.wait,
  };
}
