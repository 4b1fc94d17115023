import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';
import { afterLocked, afterRun, type RunEnd } from './after-run.ts';
import { atStart } from './at-start.ts';
import { lookAtClock, type Moment, type Sight } from './look-at-clock.ts';
import { openBook, type ScheduleBook } from './schedule-book.ts';
import type { ScheduleEvent } from './schedule-event.ts';
import type { Attempt } from './schedule-state.ts';
import type { ScheduleStore } from './schedule-store.ts';
import type { SchedulerSettings } from './scheduler-settings.ts';

export interface SchedulerParts {
  clock: Clock;
  store: ScheduleStore;
  /** Asked at every look, at least twice a minute. Those that cannot be read are noted, and the last good ones hold. */
  settings(): Promise<SchedulerSettings>;
  /**
   * Names the newest good backup, however it was made; undefined if there is none or that is not known. Asked
   * before each run and, while a failure is remembered, at every look.
   */
  lastSuccess(): Promise<string | undefined>;
  /** Who holds the system's lock, in words; undefined if it is free. */
  lockHolder(): Promise<string | undefined>;
  /** Makes one backup and says how it ended; whatever it throws is a failure. */
  runOne(attempt: Attempt, signal: AbortSignal): Promise<RunEnd>;
  /**
   * Waited for before a run that is due is even noted as begun, and held while it runs: the turn of one system among
   * many. Whoever waits here is not late. Rejects when the signal aborts.
   */
  takeTurn?(signal: AbortSignal): Promise<Disposable>;
  /** Tells the world. An event of which this throws is told again at the next look. */
  tell(event: ScheduleEvent): Promise<void>;
  /** An Alarm's wait: may end at any earlier time. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** The schedule of one system, from one look at the clock to the next. */
export interface OpenSchedule {
  /**
   * Looks at the clock and carries out what is due, to its end. Resolves with when to look again at the latest;
   * undefined: nothing is due at all. `waits` is called where what is due waits for its turn.
   */
  look(
    signal: AbortSignal,
    waits?: () => void,
  ): Promise<{ attempted: boolean; next: Temporal.Instant | undefined }>;
}

/** A lock that is held for less is waited for: somebody deletes an archive just now. */
const LOCK_PATIENCE_MS = 30_000;
const LOCK_LOOK_MS = 2_000;

/** Opens what is known of the last time. Throws for settings that cannot be read, a state file that cannot be opened. */
export async function openSchedule(parts: SchedulerParts): Promise<OpenSchedule> {
  const first = momentOf(parts, await parts.settings(), 'start');
  const book = await openBook(parts, (state) => atStart(state, first));
  let before = first;
  let since: Moment['since'] = 'start';
  return {
    async look(signal, waits) {
      const moment = since === 'start' ? first : await nextMoment(parts, book, before, since);
      since = 'pause';
      before = moment;
      const sight = lookAtClock(book.state, moment);
      if (sight.attempt === undefined || parts.takeTurn === undefined) {
        return await act(sight, moment, signal);
      }
      waits?.();
      using _turn = await parts.takeTurn(signal);
      // What was settled meanwhile counts; that it waited does not make it late.
      before = { ...(await nextMoment(parts, book, moment, moment.since)), now: moment.now };
      return await act(lookAtClock(book.state, before), before, signal);
    },
  };

  async function act({ state, attempt, next }: Sight, { settings }: Moment, signal: AbortSignal) {
    await book.keep(state);
    const ran = attempt !== undefined && (await carryOut(attempt, parts, book, settings, signal));
    if (ran) since = 'run';
    return { attempted: attempt !== undefined, next };
  }
}

/** True if it ran; else the system was locked. */
async function carryOut(
  attempt: Attempt,
  parts: SchedulerParts,
  book: ScheduleBook,
  settings: SchedulerSettings,
  signal: AbortSignal,
): Promise<boolean> {
  const holder = await waitForLock(parts, signal);
  if (holder !== undefined) {
    await book.keep(afterLocked(book.state, attempt, holder, parts.clock.now()));
    return false;
  }
  const lastSuccess = await book.watch('lastSuccess', undefined, () => parts.lastSuccess());
  const end = await endOf(() => parts.runOne(attempt, signal), signal);
  await book.keep(afterRun(book.state, attempt, end, { now: parts.clock.now(), settings, lastSuccess }));
  return true;
}

async function waitForLock(parts: SchedulerParts, signal: AbortSignal): Promise<string | undefined> {
  const begin = parts.clock.elapsed();
  for (;;) {
    const holder = await askHolder(parts);
    if (holder === undefined || signal.aborted) return holder;
    if (parts.clock.elapsed() - begin >= LOCK_PATIENCE_MS) return holder;
    await parts.wait(LOCK_LOOK_MS, signal);
  }
}

/** A lock that cannot be looked at is the run's to report: it takes the same lock. */
async function askHolder(parts: SchedulerParts): Promise<string | undefined> {
  try {
    return await parts.lockHolder();
  } catch (error) {
    if (error instanceof LifeboatError) return undefined;
    throw error;
  }
}

async function endOf(run: () => Promise<RunEnd>, signal: AbortSignal): Promise<RunEnd> {
  try {
    return await run();
  } catch (error) {
    const message = messageOf(error);
    if (signal.aborted) return { state: 'interrupted', code: 'interrupted', message };
    return { state: 'failed', code: error instanceof LifeboatError ? error.code : 'internal', message };
  }
}

/** What cannot be read stays as it was, and is reported once for as long as it cannot. */
async function nextMoment(
  parts: SchedulerParts,
  book: ScheduleBook,
  before: Moment,
  since: Moment['since'],
): Promise<Moment> {
  const settings = await book.watch('settings', before.settings, () => parts.settings());
  const { attempts, secondTry, stopped } = book.state;
  const failed = attempts > 0 || secondTry !== undefined || stopped !== undefined;
  const lastSuccess = failed
    ? await book.watch('lastSuccess', undefined, () => parts.lastSuccess())
    : undefined;
  return { ...momentOf(parts, settings, since), lastSuccess };
}

function momentOf({ clock }: SchedulerParts, settings: SchedulerSettings, since: Moment['since']): Moment {
  return { settings, since, now: clock.now(), zone: clock.zone(), lastSuccess: undefined };
}
