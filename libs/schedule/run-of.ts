import type { ScheduleState } from './schedule-state.ts';

/** What the schedule is of, as its events call it. */
export function runOf({ what }: Pick<ScheduleState, 'what'>): string {
  return what ?? 'backup';
}
