import type { RunEnd } from '#schedule/after-run.ts';
import type { SchedulerParts } from '#schedule/open-schedule.ts';
import { runScheduler } from '#schedule/run-scheduler.ts';
import type { ScheduleEvent } from '#schedule/schedule-event.ts';
import type { Attempt, ScheduleState } from '#schedule/schedule-state.ts';
import type { SchedulerSettings } from '#schedule/scheduler-settings.ts';

export const DONE: RunEnd = { state: 'done', code: 'done', message: 'done' };
export const DISK_FULL: RunEnd = { state: 'failed', code: 'space-low', message: 'the disk is full' };
export const LOGIN_REFUSED: RunEnd = {
  state: 'failed',
  code: 'database-login-refused',
  message: 'wrong password',
};
export const STOPPED: RunEnd = { state: 'interrupted', code: 'interrupted', message: 'stopped' };

/** A machine with one service on it, whose time passes only when the service sleeps or a backup runs. */
export interface SchedulerBench {
  /** What happened, with wall-clock times: `2026-03-01 23:45 schedule`, `2026-03-02 08:00 missed off 1`. */
  readonly log: string[];
  readonly events: ScheduleEvent[];
  settings: SchedulerSettings;
  zone: string;
  /** Ends of the next runs, in order; `done` after these. */
  ends: RunEnd[];
  /** How many seconds each run takes. */
  runSeconds: number;
  /** Who holds the lock. */
  holder: string | undefined;
  success: string | undefined;
  state: ScheduleState | undefined;
  /** Sets the clock, or lets time pass, without the service. */
  set(wall: string): void;
  /** Something that happens at a moment while the service sleeps. */
  at(wall: string, happen: () => void): void;
  /** Runs the service until this moment, then stops it. */
  serveUntil(wall: string, parts?: Partial<SchedulerParts>): Promise<void>;
  /** Parts of a service, for tests that run one by themselves. */
  parts(): SchedulerParts;
}

export function schedulerBench(
  start: string,
  settings: Partial<SchedulerSettings> = {},
  zone = 'Europe/Berlin',
): SchedulerBench {
  let now = momentOf(start, zone);
  let elapsed = 0;
  let until = now;
  let controller = new AbortController();
  let plans: { moment: Temporal.Instant; happen: () => void }[] = [];

  const instant = (wall: string) => momentOf(wall, bench.zone);
  const pass = (milliseconds: number) => {
    now = now.add({ milliseconds });
    elapsed += milliseconds;
  };
  const write = (what: string) => {
    const wall = now.toZonedDateTimeISO(bench.zone).toPlainDateTime();
    bench.log.push(`${wall.toString({ smallestUnit: 'minute' }).replace('T', ' ')} ${what}`);
  };
  const runOne = async (attempt: Attempt): Promise<RunEnd> => {
    write(attempt.kind);
    pass(bench.runSeconds * 1000);
    return bench.ends.shift() ?? DONE;
  };
  const bench: SchedulerBench = {
    log: [],
    events: [],
    settings: {
      schedule: { frequency: 'Daily', time: '23:45' },
      automation: 'on',
      missed: 'run',
      retry: { count: 10, unit: 'minutes' },
      cancelAfter: undefined,
      ...settings,
    },
    zone,
    ends: [],
    runSeconds: 60,
    holder: undefined,
    success: undefined,
    state: undefined,
    set(wall) {
      now = instant(wall);
    },
    at(wall, happen) {
      plans.push({ moment: instant(wall), happen });
    },
    parts: () => ({
      clock: { now: () => now, zone: () => bench.zone, elapsed: () => elapsed },
      store: {
        read: async () => structuredClone(bench.state),
        save: async (state) => {
          bench.state = structuredClone(state);
        },
      },
      settings: async () => bench.settings,
      lastSuccess: async () => bench.success,
      lockHolder: async () => bench.holder,
      runOne,
      async tell(event) {
        bench.events.push(event);
        if (event.kind === 'missed') write(`missed ${event.reason} ${event.count}`);
        else write(event.kind);
      },
      async wait(milliseconds) {
        const [plan] = plans.toSorted((a, b) => Temporal.Instant.compare(a.moment, b.moment));
        const end = now.add({ milliseconds });
        const isFirst = (moment: Temporal.Instant) =>
          Temporal.Instant.compare(moment, end) <= 0 && Temporal.Instant.compare(moment, until) <= 0;
        if (plan !== undefined && isFirst(plan.moment)) {
          plans = plans.filter((other) => other !== plan);
          pass(Math.max(0, plan.moment.epochMilliseconds - now.epochMilliseconds));
          plan.happen();
        } else if (Temporal.Instant.compare(end, until) < 0) pass(milliseconds);
        else {
          pass(Math.max(0, until.epochMilliseconds - now.epochMilliseconds));
          controller.abort();
        }
      },
    }),
    async serveUntil(wall, parts = {}) {
      until = instant(wall);
      controller = new AbortController();
      await runScheduler({ ...bench.parts(), ...parts }, controller.signal);
    },
  };
  return bench;
}

function momentOf(wall: string, zone: string): Temporal.Instant {
  return Temporal.PlainDateTime.from(wall).toZonedDateTime(zone).toInstant();
}
