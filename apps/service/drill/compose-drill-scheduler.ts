import { tellJournal } from '#journal/tell-journal.ts';
import type { Log } from '#log/log.ts';
import { lockHolder } from '#platform/lock-holder.ts';
import { pause } from '#platform/pause.ts';
import type { Alarm } from '#schedule/alarm.ts';
import type { SchedulerParts } from '#schedule/open-schedule.ts';
import { scheduleStore } from '#schedule/schedule-store.ts';
import { readSettings } from '#settings/read-settings.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import type { ComposedSystem } from '../compose.ts';
import { endOfRun } from '../service/end-of-run.ts';
import type { Run, Runs } from '../service/open-runs.ts';
import { drillSchedule, drillScheduleId } from './drill-schedule.ts';

/** A drill has time: so long it waits for a backup or a restore, then it is told as missed. Milliseconds. */
const PATIENCE_MS = 12 * 3_600_000;
const LOOK_MS = 2000;

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
  const holder = async (): Promise<string | undefined> =>
    service.runs.current() === undefined
      ? await lockHolder({ stateFolder: state, systemId: id, purpose: 'a scheduled drill', clock })
      : `${service.runs.current()?.what} is running`;
  const patiently = async (stop: AbortSignal): Promise<string | undefined> => {
    const begin = clock.elapsed();
    for (;;) {
      const who = await holder();
      if (who === undefined || stop.aborted || clock.elapsed() - begin > PATIENCE_MS) return who;
      await pause(LOOK_MS, stop);
    }
  };
  return {
    clock,
    store: scheduleStore(state, drillScheduleId(id)),
    settings: async () => drillSchedule(await readSettings(conf)),
    lastSuccess: async () => undefined,
    lockHolder: () => patiently(signal),
    async runOne(_attempt, stop) {
      await patiently(stop);
      return await endOfRun(service.startDrill(), stop);
    },
    async tell(event) {
      service.log.info('schedule of drills', { ...event });
      await tellJournal(journal).tell([`drill schedule: ${event.text}`]);
    },
    wait: service.alarm.wait,
  };
}
