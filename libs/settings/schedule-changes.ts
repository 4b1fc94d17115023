import type { Schedule } from '#schedule/schedule.ts';
import type { ConfChange } from './edit-conf.ts';

/**
 * The changes of a sysbackup.conf that make this its schedule. Keys that the schedule does not use stay as they
 * are (`weekday` beside Daily), so that going back finds them again; those that would contradict it go.
 */
export function scheduleChanges(schedule: Schedule): ConfChange[] {
  const every =
    schedule.frequency === 'Every'
      ? `${schedule.count} ${schedule.count === 1 ? schedule.unit.slice(0, -1) : schedule.unit}`
      : undefined;
  const set: Record<string, string | undefined> = {
    every,
    frequency: schedule.frequency === 'Every' ? undefined : schedule.frequency,
    weekdays: 'weekdays' in schedule ? schedule.weekdays.join(', ') : undefined,
    ...('time' in schedule ? { time: schedule.time } : {}),
    ...('weekday' in schedule ? { weekday: schedule.weekday } : {}),
    ...('day' in schedule ? { day: String(schedule.day) } : {}),
  };
  return Object.entries(set).map(([key, value]) => ({ section: 'backup', key, value }));
}
