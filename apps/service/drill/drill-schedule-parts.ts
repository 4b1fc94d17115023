import type { Journal } from '#journal/journal.ts';
import { tellJournal } from '#journal/tell-journal.ts';
import type { Log } from '#log/log.ts';
import type { Clock } from '#platform/clock.ts';
import type { SchedulerParts } from '#schedule/open-schedule.ts';
import { scheduleStore } from '#schedule/schedule-store.ts';
import { drillScheduleId } from './drill-schedule-id.ts';

/** What all schedules of drills have. A red drill has told of itself, so their events are for the journal alone. */
export function drillScheduleParts(
  { state, id, journal }: { state: string; id: string; journal: Journal },
  { clock, log }: { clock: Clock; log: Pick<Log, 'info'> },
): Pick<SchedulerParts, 'clock' | 'store' | 'lastSuccess' | 'tell'> {
  return {
    clock,
    store: scheduleStore(state, drillScheduleId(id)),
    lastSuccess: async () => undefined,
    async tell(event) {
      log.info('schedule of drills', { ...event });
      await tellJournal(journal).tell([`drill schedule: ${event.text}`]);
    },
  };
}
