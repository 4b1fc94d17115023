import { tellJournal } from '#journal/tell-journal.ts';
import type { Log } from '#log/log.ts';
import type { Alarm } from '#schedule/alarm.ts';
import type { SchedulerParts } from '#schedule/open-schedule.ts';
import { scheduleStore } from '#schedule/schedule-store.ts';
import { readSettings } from '#settings/read-settings.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import type { ComposedSystem } from '../composed-system.ts';
import { endOfRun } from '../service/end-of-run.ts';
import type { Run, Runs } from '../service/open-runs.ts';
import { drillSchedule } from './drill-schedule.ts';
import { drillScheduleId } from './drill-schedule-id.ts';
import { waitPatiently } from './wait-patiently.ts';

/** What the scheduler of a system's drills needs. A red drill has told of itself, so its events are for the journal alone. */
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
    clock,
    store: scheduleStore(state, drillScheduleId(id)),
    settings: async () => drillSchedule(await readSettings(conf)),
    lastSuccess: async () => undefined,
    lockHolder: () => waitPatiently(lock, service.runs, signal),
    async runOne(_attempt, stop) {
      // One may have begun since.
      await waitPatiently(lock, service.runs, stop);
      return await endOfRun(service.startDrill(), stop);
    },
    async tell(event) {
      service.log.info('schedule of drills', { ...event });
      await tellJournal(journal).tell([`drill schedule: ${event.text}`]);
    },
    wait: service.alarm.wait,
  };
}
