import type { RunEnd } from '#schedule/after-run.ts';
import type { SchedulerParts } from '#schedule/open-schedule.ts';
import type { ScheduleEvent } from '#schedule/schedule-event.ts';
import { type Attempt, type ScheduleState, scheduleState } from '#schedule/schedule-state.ts';
import type { SchedulerSettings } from '#schedule/scheduler-settings.ts';
import { DAY, HOUR } from './due-oracle.ts';
import type { Random } from './random.ts';

const MINUTE = 60_000;

/** What the simulation sees of a scheduler, in the order in which it happens. */
export interface Witness {
  /** The scheduler reads settings, then the clock: it looks. */
  looks(now: number, settings: SchedulerSettings, zone: string): void;
  commits(state: ScheduleState): void;
  reports(event: ScheduleEvent): void;
  starts(attempt: Attempt, now: number): void;
}

export interface WorldOptions {
  random: Random;
  zone: string;
  from: number;
  /** Milliseconds that pass until the simulation ends. */
  length: number;
  settings: SchedulerSettings;
  /** Other settings and zones that somebody may change to. */
  others: readonly SchedulerSettings[];
  otherZones: readonly string[];
  witness: Witness;
}

/** What was truly so since the scheduler last looked: the reasons it may give must be among these. */
export interface Truth {
  off: boolean;
  asleep: boolean;
  busy: boolean;
  locked: boolean;
  /** Times this process died while it was told something. */
  kills: number;
}

export interface World {
  readonly truth: Truth;
  readonly counts: { troubles: number; starts: number; restarts: number };
  /** Runs services, one after the other, until the time is over. */
  live(run: (parts: SchedulerParts, signal: AbortSignal) => Promise<void>): Promise<void>;
}

/** A machine on which everything goes wrong that can: crashes at any step, sleeps, clocks that jump, locks, failures. */
export function fakeWorld(options: WorldOptions): World {
  const { random, witness } = options;
  let wall = options.from;
  let elapsed = 0;
  let zone = options.zone;
  let settings = options.settings;
  let stored: string | undefined;
  let lockedUntil = 0;
  let deafUntil = 0;
  let success = 0;
  let nextTrouble = pauseUntilTrouble(random);
  let controller = new AbortController();
  let die: () => void = () => undefined;
  let giveUp: (error: unknown) => void = () => undefined;
  let dead = false;
  const truth: Truth = { off: true, asleep: false, busy: false, locked: false, kills: 0 };
  const counts = { troubles: 0, starts: 0, restarts: 0 };

  const never = () => new Promise<never>(() => undefined);
  const pass = (milliseconds: number) => {
    wall += milliseconds;
    elapsed += milliseconds;
  };
  const jump = (milliseconds: number) => {
    wall += milliseconds;
    truth.asleep = true;
  };
  const kill = () => {
    dead = true;
    truth.kills += 1;
    die();
  };

  const troubles: [weight: number, happen: () => void][] = [
    [3, kill],
    [3, () => controller.abort()],
    [
      4,
      () => {
        pass(random.between(1, random.pick([10 * MINUTE, 8 * HOUR, 10 * DAY])));
        truth.asleep = true;
      },
    ],
    [2, () => jump(random.between(1, random.pick([MINUTE, 10 * MINUTE, 5 * HOUR, 4 * DAY])))],
    [3, () => jump(-random.between(1, random.pick([MINUTE, 10 * MINUTE, 5 * HOUR, 4 * DAY])))],
    [3, () => (lockedUntil = elapsed + random.between(1, random.pick([25_000, 5 * MINUTE, 12 * HOUR])))],
    [2, () => (success += 1)],
    [1, () => (deafUntil = elapsed + random.between(1, 3 * DAY))],
    [2, () => (settings = random.pick([options.settings, ...options.others]))],
    [0.3, () => (zone = random.pick([options.zone, ...options.otherZones]))],
    [0.03, () => jump(random.pick([-1, 1]) * random.between(20 * DAY, 800 * DAY))],
  ];
  const weights = troubles.reduce((sum, [weight]) => sum + weight, 0);
  const trouble = () => {
    counts.troubles += 1;
    nextTrouble = elapsed + pauseUntilTrouble(random);
    let at = random.next() * weights;
    for (const [weight, happen] of troubles) {
      at -= weight;
      if (at < 0) return happen();
    }
  };
  /** Lets time pass, to its end or to the next trouble. True if there was one. */
  const passUntilTrouble = (milliseconds: number): boolean => {
    if (elapsed + milliseconds < nextTrouble) {
      pass(milliseconds);
      return false;
    }
    pass(nextTrouble - elapsed);
    trouble();
    return true;
  };
  /** What the judge finds is no error that the service could deal with. */
  const witnessed = (effect: () => void) => {
    try {
      effect();
    } catch (error) {
      giveUp(error);
      throw error;
    }
  };
  /** A step of the service's own during which it may be killed, before or after its effect. */
  const step = async (effect: () => void): Promise<void> => {
    if (random.chance(KILL_CHANCE)) kill();
    if (dead) return await never();
    witnessed(effect);
    if (random.chance(KILL_CHANCE)) kill();
    if (dead) return await never();
  };

  const parts: SchedulerParts = {
    clock: {
      now: () => Temporal.Instant.fromEpochMilliseconds(wall),
      zone: () => zone,
      elapsed: () => elapsed,
    },
    store: {
      read: async () => (stored === undefined ? undefined : scheduleState.parse(JSON.parse(stored))),
      save: (state) =>
        step(() => {
          stored = JSON.stringify(state);
          witness.commits(state);
        }),
    },
    async settings() {
      witnessed(() => witness.looks(wall, settings, zone));
      return settings;
    },
    lastSuccess: async () => (success === 0 ? undefined : String(success)),
    async lockHolder() {
      truth.locked ||= elapsed < lockedUntil;
      return elapsed < lockedUntil ? 'a restore is running' : undefined;
    },
    tell: (event) =>
      elapsed < deafUntil
        ? Promise.reject(new Error('the journal cannot be written'))
        : step(() => witness.reports(event)),
    async wait(milliseconds) {
      if (elapsed >= options.length) controller.abort();
      else if (passUntilTrouble(milliseconds)) {
        if (dead) await never();
        // No alarm sleeps longer, whatever the clock did.
        pass(random.between(0, 30_000));
      }
    },
    async runOne(attempt, signal) {
      if (dead) return await never();
      witnessed(() => witness.starts(attempt, wall));
      counts.starts += 1;
      truth.busy = true;
      const end = elapsed + random.between(1000, random.pick([5 * MINUTE, 2 * HOUR, 30 * HOUR]));
      while (elapsed < end && !signal.aborted) {
        passUntilTrouble(end - elapsed);
        if (dead) return await never();
      }
      const ended = signal.aborted ? INTERRUPTED : random.pick(ENDS);
      if (ended.state === 'done') success += 1;
      if (ended.code === 'system-locked') truth.locked = true;
      return ended;
    },
  };

  return {
    truth,
    counts,
    async live(run) {
      // The last one has to see the end alive, so that nothing is left over.
      for (;;) {
        controller = new AbortController();
        dead = false;
        const death = new Promise<void>((resolve, reject) => {
          die = resolve;
          giveUp = reject;
        });
        await Promise.race([run(parts, controller.signal), death]);
        if (elapsed >= options.length && !dead) return;
        counts.restarts += 1;
        truth.off = true;
        pass(random.between(1000, random.pick([20_000, 20_000, 10 * MINUTE, 9 * HOUR, 20 * DAY])));
        if (random.chance(0.01)) bootWithoutClock();
      }
    },
  };

  /** A machine without a clock of its own starts in 1975 and learns the time a little later. */
  function bootWithoutClock(): void {
    const away = wall - Date.UTC(1975, 0, 1, 12);
    wall -= away;
    nextTrouble = elapsed + random.between(1, 60_000);
    const [, first] = troubles[0]!;
    troubles[0] = [
      Number.POSITIVE_INFINITY,
      () => {
        troubles[0] = [3, first];
        jump(away);
      },
    ];
  }
}

const KILL_CHANCE = 0.002;

/** About one in six days. */
function pauseUntilTrouble(random: Random): number {
  return Math.ceil(-Math.log(1 - random.next()) * 6 * DAY);
}

const INTERRUPTED: RunEnd = { state: 'interrupted', code: 'interrupted', message: 'stopped' };

const ENDS: readonly RunEnd[] = [
  ...Array.from({ length: 12 }, (): RunEnd => ({ state: 'done', code: 'done', message: '' })),
  { state: 'skipped', code: 'skipped', message: 'nothing has changed' },
  { state: 'incomplete', code: 'incomplete', message: 'a folder is missing' },
  { state: 'failed', code: 'space-low', message: 'no space left' },
  { state: 'failed', code: 'database-unreachable', message: 'no answer' },
  { state: 'failed', code: 'database-login-refused', message: 'wrong password' },
  { state: 'failed', code: 'system-locked', message: 'a restore is running' },
  INTERRUPTED,
];
