import { scheduleInForce } from './look-at-clock.ts';
import { nextRun } from './next-run.ts';
import type { ScheduleState } from './schedule-state.ts';
import type { SchedulerSettings } from './scheduler-settings.ts';

/** What page, `status` and metrics say about backups that run by themselves. Times are ISO 8601; null: there is none. */
export interface ScheduleStatus {
  /** `not used`: the frequency is Not Use. `stopped`: after too many failed attempts (FD-09), code 1401. */
  automation: 'on' | 'off' | 'paused' | 'not used' | 'stopped';
  /** When the schedule is due next; while automation is `stopped` nothing will run then. */
  next: string | null;
  /** When a backup that failed is tried again. */
  retry: string | null;
  /** Failed attempts in a row. */
  attempts: number;
  /** Why automation has stopped. */
  cause: string | null;
  /** TN-08: in a sentence, plainly where nothing will run. */
  text: string;
}

/** Works with and without a running service: `state` is what its store reads, undefined before its first start. */
export function scheduleStatus(
  state: ScheduleState | undefined,
  moment: { now: Temporal.Instant; zone: string; settings: SchedulerSettings },
): ScheduleStatus {
  const { automation: set, schedule } = moment.settings;
  const stopped = state?.stopped;
  const notUsed = schedule.frequency === 'Not Use';
  const automation = set !== 'on' ? set : notUsed ? 'not used' : stopped === undefined ? 'on' : 'stopped';
  const next = nextDue(state, moment);
  return {
    automation,
    next: next?.toString() ?? null,
    retry: state?.secondTry?.at ?? null,
    attempts: state?.attempts ?? 0,
    cause: stopped?.cause ?? null,
    text: TEXTS[automation],
  };
}

/** After what has run already: a clock that was set back a little makes nothing due twice. */
function nextDue(
  state: ScheduleState | undefined,
  { now, zone, settings }: { now: Temporal.Instant; zone: string; settings: SchedulerSettings },
): Temporal.Instant | undefined {
  const schedule = scheduleInForce(settings);
  const lastRun = state?.lastRun === undefined ? undefined : Temporal.Instant.from(state.lastRun);
  const next = nextRun(schedule, now, zone, lastRun);
  return next !== undefined && next.toString() === state?.handled
    ? nextRun(schedule, next, zone, lastRun)
    : next;
}

const TEXTS: Record<ScheduleStatus['automation'], string> = {
  on: 'backups run by themselves',
  off: 'automatic backup is switched off: nothing runs by itself',
  paused: 'automatic backup is paused: nothing runs by itself until it is switched on again',
  'not used': 'the frequency is Not Use: nothing runs by itself',
  stopped:
    'automatic backup has stopped after too many failed attempts (1401): it goes on when the service is started again or a backup by hand succeeds',
};
