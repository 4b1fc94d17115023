import { isDeepStrictEqual } from 'node:util';
import { COUNTED_AT_MOST } from '#schedule/due-times.ts';
import type { Schedule } from '#schedule/schedule.ts';
import type { ScheduleEvent } from '#schedule/schedule-event.ts';
import type { Attempt, ScheduleState } from '#schedule/schedule-state.ts';
import type { SchedulerSettings } from '#schedule/scheduler-settings.ts';
import { type DueOracle, dueOracle, type Zone } from './due-oracle.ts';
import type { Truth, Witness } from './fake-world.ts';

export interface Judge extends Witness {
  /** To be called when the simulation is over. */
  ends(): void;
  readonly counts: {
    due: number;
    onTime: number;
    missed: number;
    madeUp: number;
    retries: number;
    cutOff: number;
  };
}

const ON_TIME = 5 * 60_000;
/** A lock is waited for half a minute, and the last sleep meanwhile may be as long again. */
const LOCK_SLACK = 90_000;

/**
 * Watches a scheduler and throws at the first wrong thing it does. The due times that it saves as handled, run or
 * missed, must be exactly those of the oracle, one after the other: none left out, none twice.
 */
export function judge(options: { truth: () => Truth; zones: (name: string) => Zone }): Judge {
  const counts = { due: 0, onTime: 0, missed: 0, madeUp: 0, retries: 0, cutOff: 0 };
  let settings: SchedulerSettings | undefined;
  let zone = '';
  let look = Number.NaN;
  /** What was true of the time before this look. */
  let before: Truth = options.truth();
  let state: ScheduleState | undefined;
  let oracle: DueOracle = { next: () => undefined };
  /** The last due time that was handled; the next one is expected after it. */
  let at = Number.NaN;
  let highest: number | undefined;
  let anchor: number | undefined;
  /** A run that was saved and has not started. */
  let open: Attempt | undefined;
  const noted = new Map<string, { event: ScheduleEvent; reports: number }>();

  const fail = (what: string): never => {
    throw new Error(`${what} (look at ${iso(look)}, handled ${iso(at)}, ${zone}, ${JSON.stringify(state)})`);
  };
  const overdue = () => {
    const next = oracle.next(at, anchor);
    if (next !== undefined && next <= look) fail(`due and not handled: ${iso(next)}`);
  };
  const handle = (due: number) => {
    const next = oracle.next(at, anchor);
    if (next !== due) fail(`${iso(due)} instead of ${next === undefined ? 'none' : iso(next)}`);
    at = due;
    anchor ??= due;
    counts.due += 1;
  };
  const inForce = (): Schedule =>
    settings?.automation === 'on' ? settings.schedule : { frequency: 'Not Use' };

  const isTrue = ({ reason, last }: MissedEvent, next: ScheduleState): boolean => {
    if (reason === 'stopped') return next.stopped !== undefined;
    if (reason === 'settings') return inForce().frequency === 'Not Use' && look - ms(last) <= ON_TIME;
    return before[reason];
  };
  const judgeMissed = (event: MissedEvent, next: ScheduleState) => {
    counts.missed += event.count;
    if (event.reason === 'locked') {
      if (!options.truth().locked) fail('nothing was locked');
      if (event.count !== 1 || state?.running?.due !== event.first) fail('it was not to run');
      return;
    }
    if (!isTrue(event, next)) fail(`missed for a reason that is not true: ${event.text}`);
    for (let count = 0; count < event.count; count += 1) {
      handle(count === 0 ? ms(event.first) : (oracle.next(at, anchor) ?? fail('more missed than due')));
    }
    const counted = event.count < COUNTED_AT_MOST;
    if (at !== ms(event.last)) fail(`the last one missed was ${iso(at)}: ${event.text}`);
    const couldRun = event.reason !== 'stopped' && inForce().frequency !== 'Not Use';
    if (couldRun && counted && next.running?.kind !== 'schedule' && look - at <= ON_TIME) {
      fail(`missed, and it was still on time: ${event.text}`);
    }
    if (!counted) at = look;
  };
  const judgeEvent = (event: ScheduleEvent, next: ScheduleState) => {
    noted.set(event.id, { event, reports: 0 });
    if (event.kind === 'missed') judgeMissed(event, next);
    if (event.kind === 'cut-off') {
      counts.cutOff += 1;
      if (state?.running?.due !== event.due) fail('cut off, but it did not run');
    }
    if (event.kind !== 'clock') return;
    const again = oracle.next(look, anchor);
    if (look >= at || again === undefined || again >= at) fail('the clock was not set back so far');
    highest = Math.max(highest ?? at, at);
    at = look;
  };
  const judgeAttempt = (attempt: Attempt) => {
    open = attempt;
    const due = ms(attempt.due);
    switch (attempt.kind) {
      case 'schedule':
        handle(due);
        anchor = due;
        counts.onTime += 1;
        if (look < due || look - due > ON_TIME) fail('not on time');
        break;
      case 'missed': {
        const { schedule } = state ?? fail('nothing can be missed yet');
        const late = schedule.frequency === 'Every' && ['hours', 'days'].includes(schedule.unit);
        anchor = late || look === at ? look : due;
        counts.madeUp += 1;
        if (due !== at && look !== at) fail('made up for another time');
        if (late) at = look;
        if (settings?.missed !== 'run' || (before.busy && !before.off)) fail('made up for without need');
        break;
      }
      case 'retry':
        counts.retries += 1;
        if (state?.secondTry?.due !== attempt.due || !(ms(state.secondTry.at ?? '') <= look)) {
          fail('tried again without need, or too early');
        }
    }
  };
  const adopt = (next: ScheduleState) => {
    overdue();
    if (!isDeepStrictEqual(next.schedule, inForce()) || next.zone !== zone) fail('other settings than set');
    oracle = dueOracle(next.schedule, options.zones(next.zone));
    at = look;
    highest = undefined;
  };

  return {
    counts,
    looks(now, wanted, where) {
      before = { ...options.truth() };
      if (!before.off) overdue();
      Object.assign(options.truth(), { off: false, asleep: false, busy: false, locked: false });
      [look, settings, zone] = [now, wanted, where];
    },
    commits(next) {
      if (highest !== undefined && look >= highest) {
        at = Math.max(at, highest);
        highest = undefined;
      }
      for (const event of next.unreported) if (!noted.has(event.id)) judgeEvent(event, next);
      if (next.running === undefined) open = undefined;
      else if (!isDeepStrictEqual(next.running, state?.running)) judgeAttempt(next.running);
      const known = state !== undefined && next.zone === state.zone;
      if (!known || !isDeepStrictEqual(next.schedule, state?.schedule)) adopt(next);
      overdue();
      state = next;
    },
    reports(event) {
      const entry = noted.get(event.id) ?? fail(`reported before it was saved: ${event.text}`);
      entry.reports += 1;
    },
    starts(attempt, now) {
      if (!isDeepStrictEqual(attempt, open)) fail(`not saved, or a second time: ${JSON.stringify(attempt)}`);
      open = undefined;
      if (attempt.kind === 'schedule' && now - ms(attempt.due) > ON_TIME + LOCK_SLACK) {
        if (!options.truth().asleep) fail('a late start');
      }
      if (inForce().frequency === 'Not Use') fail('a run while nothing runs by itself');
      if (state?.stopped !== undefined) fail('a run after automatic backup stopped');
    },
    ends() {
      overdue();
      for (const [id, { event, reports }] of noted) {
        const waits = state?.unreported.some((other) => other.id === id);
        if (reports === 0 && !waits) fail(`never reported: ${event.text}`);
        if (reports > 1 + options.truth().kills) fail(`reported ${reports} times: ${event.text}`);
      }
    },
  };
}

type MissedEvent = Extract<ScheduleEvent, { kind: 'missed' }>;

const iso = (moment: number) => (Number.isNaN(moment) ? 'never' : new Date(moment).toISOString());
const ms = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
