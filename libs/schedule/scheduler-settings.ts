import type { Schedule } from './schedule.ts';

/** What an administrator sets about backups, or drills, that run by themselves. */
export interface SchedulerSettings {
  /** What runs by itself; absent: backups. Its events call it so. */
  what?: 'backup' | 'drill';
  schedule: Schedule;
  /** TN-08: nothing runs by itself unless it is on; `paused` is meant to be for a while, and shown so. */
  automation: Automation;
  /** FD-10: what becomes of a run that was missed: made up for once, at once, or left to the next due time. */
  missed: 'run' | 'wait';
  /** FD-07: when an impossible backup is tried again, once. */
  retry: RetryWait;
  /** FD-09: after so many failed attempts in a row automatic backup stops; undefined: never. */
  cancelAfter: number | undefined;
}

export type Automation = 'on' | 'off' | 'paused';

/** `next`: at the next due time. */
export type RetryWait = { count: number; unit: 'seconds' | 'minutes' | 'hours' } | 'next';
