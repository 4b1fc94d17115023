import type { Schedule } from '#schedule/schedule.ts';
import type { SchedulerSettings } from '#schedule/scheduler-settings.ts';
import type { ScheduleKeys } from './settings.ts';

/** The keys of `[backup]` as the scheduler takes them. */
export function schedulerSettings(backup: ScheduleKeys): SchedulerSettings {
  const { automation, missed, retry, cancelAfter } = backup;
  return { schedule: scheduleOf(backup), automation, missed, retry, cancelAfter };
}

/** The schedule that the flat keys describe: `every` if it is there, else `frequency`. */
export function scheduleOf(backup: ScheduleKeys): Schedule {
  const { frequency, time, weekday, day, every, weekdays } = backup;
  if (every !== undefined) {
    const { count, unit } = every;
    switch (unit) {
      case 'hours':
        return { frequency: 'Every', unit, count };
      case 'days':
        return { frequency: 'Every', unit, count, time };
      case 'weeks':
        return { frequency: 'Every', unit, count, time, weekdays };
      case 'months':
        return { frequency: 'Every', unit, count, time, day };
    }
  }
  switch (frequency) {
    case 'Not Use':
      return { frequency };
    case 'Daily':
      return { frequency, time };
    case 'Weekly':
      return { frequency, time, weekday };
    case 'Monthly':
      return { frequency, time, day };
  }
}
