import type { SchedulerSettings } from '#schedule/scheduler-settings.ts';
import { schedulerSettings } from '#settings/scheduler-settings.ts';
import type { Settings } from '#settings/settings.ts';

/** When drills run by themselves. Their schedule is kept beside that of the backups, under an id of its own. */
export function drillSchedule({ drill }: Pick<Settings, 'drill'>): SchedulerSettings {
  return { ...schedulerSettings(drill), what: 'drill' };
}
