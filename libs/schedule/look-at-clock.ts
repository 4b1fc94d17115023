import { isDeepStrictEqual } from 'node:util';
import { COUNTED_AT_MOST, type DueTimes, dueTimes } from './due-times.ts';
import { nextRun } from './next-run.ts';
import { clockEvent, droppedEvent, missedEvent, resumedEvent } from './note-event.ts';
import type { Schedule } from './schedule.ts';
import type { MissedReason } from './schedule-event.ts';
import type { Attempt, ScheduleState } from './schedule-state.ts';
import type { SchedulerSettings } from './scheduler-settings.ts';

/** How things stand when the scheduler looks. */
export interface Moment {
  now: Temporal.Instant;
  zone: string;
  settings: SchedulerSettings;
  /** Names the newest good backup; undefined if that is not known or does not matter. */
  lastSuccess: string | undefined;
  /** What came before: the service was off, it waited, or a backup ran. */
  since: 'start' | 'pause' | 'run';
}

export interface Sight {
  state: ScheduleState;
  /** What is to run now. It stands in the state already. */
  attempt: Attempt | undefined;
  /** When to look again at the latest; undefined if nothing is due at all. */
  next: Temporal.Instant | undefined;
}

/** A backup that starts so late is still on time: a service that was started anew, a machine under load. */
const ON_TIME_MS = 5 * 60_000;

/** What is due, what was missed, and when to look again. Pure: nothing has happened yet when it returns. */
export function lookAtClock(state: ScheduleState, moment: Moment): Sight {
  const seen = noticeClock(noticeSuccess(state, moment), moment);
  const due = dueTimes(
    seen.schedule,
    { after: Temporal.Instant.from(seen.handled), until: moment.now },
    seen.zone,
    lastRunOf(seen),
  );
  const settled = due === undefined ? trySecond(seen, moment) : settleDue(seen, due, moment);
  const after = adopt(settled, moment);
  return { state: after, attempt: after.running, next: nextLook(after) };
}

/** FD-09: a good backup by hand ends what failures began. */
function noticeSuccess(state: ScheduleState, { lastSuccess, now }: Moment): ScheduleState {
  if (lastSuccess === undefined || lastSuccess === state.lastSuccess) return state;
  const { stopped, secondTry: _, ...rest } = state;
  const seen: ScheduleState = { ...rest, lastSuccess, attempts: 0 };
  return stopped === undefined ? seen : resumedEvent(seen, now, 'a backup succeeded');
}

/**
 * A clock that was set back behind times that are handled: the last of these is not run again, but if others lie
 * before it, counting starts anew from the clock as it is now, or nothing would run until it catches up.
 * A clock that then finds its way back does not find everything in between missed.
 */
function noticeClock(state: ScheduleState, { now }: Moment): ScheduleState {
  const handled = Temporal.Instant.from(state.handled);
  if (Temporal.Instant.compare(now, handled) >= 0) return pastHighest(state, now);
  const again = nextRun(state.schedule, now, state.zone, lastRunOf(state));
  if (again === undefined || Temporal.Instant.compare(again, handled) >= 0) return state;
  const highest = later(state.highest, state.handled);
  return clockEvent({ ...state, handled: now.toString(), highest }, now, handled);
}

function pastHighest(state: ScheduleState, now: Temporal.Instant): ScheduleState {
  const { highest, ...rest } = state;
  if (highest === undefined || Temporal.Instant.compare(now, Temporal.Instant.from(highest)) < 0)
    return state;
  return { ...rest, handled: later(highest, state.handled) };
}

function later(one: string | undefined, other: string): string {
  if (one === undefined) return other;
  return Temporal.Instant.compare(Temporal.Instant.from(one), Temporal.Instant.from(other)) > 0 ? one : other;
}

/** Each due time since the last look is run, now or late, or noted as missed; all of them are handled afterwards. */
function settleDue(state: ScheduleState, due: DueTimes, moment: Moment): ScheduleState {
  const counted = due.count < COUNTED_AT_MOST;
  const late = moment.now.epochMilliseconds - due.last.epochMilliseconds > ON_TIME_MS;
  const mayRun = state.stopped === undefined && scheduleInForce(moment.settings).frequency !== 'Not Use';
  const onTime = mayRun && counted && !late;
  // A backup that ended just now has made up for those that fell due while it ran.
  const madeUp = mayRun && !onTime && moment.settings.missed === 'run' && moment.since !== 'run';
  const fromNow = madeUp && isCountedFromRun(state.schedule);
  const upTo = fromNow || !counted ? moment.now : due.last;
  const lastRun = onTime || madeUp ? upTo.toString() : (state.lastRun ?? due.first.toString());
  const handled: ScheduleState = { ...state, handled: upTo.toString(), lastRun };
  const missed = onTime ? due.count - 1 : due.count;
  const last = onTime ? due.previous : due.last;
  const noted =
    missed === 0 || last === undefined
      ? handled
      : missedEvent(handled, moment.now, {
          reason: reasonOf(state, moment, { late }),
          first: due.first,
          last,
          count: missed,
          madeUp,
        });
  if (!onTime && !madeUp) return noted;
  return started(noted, { kind: onTime ? 'schedule' : 'missed', due: due.last.toString() });
}

/** FD-17: days are counted from the date of the run and hours from its moment, also if it was late; weeks and months go on as they were. */
function isCountedFromRun(schedule: Schedule): boolean {
  return schedule.frequency === 'Every' && (schedule.unit === 'hours' || schedule.unit === 'days');
}

function reasonOf(
  { stopped }: ScheduleState,
  { since, settings }: Moment,
  { late }: { late: boolean },
): MissedReason {
  if (stopped !== undefined) return 'stopped';
  if (!late && scheduleInForce(settings).frequency === 'Not Use') return 'settings';
  return since === 'start' ? 'off' : since === 'run' ? 'busy' : 'asleep';
}

/** A run that is due takes the place of a second try that waits. */
function started(state: ScheduleState, attempt: Pick<Attempt, 'kind' | 'due'>): ScheduleState {
  const { secondTry, ...rest } = state;
  return { ...rest, running: { ...attempt, second: secondTry !== undefined } };
}

/** FD-07: the wait after a failure is over. */
function trySecond(state: ScheduleState, moment: Moment): ScheduleState {
  const { secondTry, ...rest } = state;
  if (secondTry?.at === undefined) return state;
  const at = Temporal.Instant.from(secondTry.at);
  const failedAt = Temporal.Instant.from(secondTry.failedAt);
  if (Temporal.Instant.compare(moment.now, failedAt) < 0) {
    // The clock was set back: the wait begins anew, and is no longer than it was.
    const again = moment.now.add(failedAt.until(at));
    return { ...state, secondTry: { ...secondTry, failedAt: moment.now.toString(), at: again.toString() } };
  }
  if (Temporal.Instant.compare(moment.now, at) < 0) return state;
  const late = moment.now.epochMilliseconds - at.epochMilliseconds > ON_TIME_MS;
  if (late && moment.settings.missed === 'wait') {
    const why = moment.since === 'start' ? 'the service was not running' : 'the machine was asleep';
    return droppedEvent(
      { ...rest, secondTry: { due: secondTry.due, failedAt: secondTry.failedAt } },
      moment.now,
      secondTry.due,
      why,
    );
  }
  return started(state, { kind: 'retry', due: secondTry.due });
}

/** From here on the settings of now hold: nothing that lies before was due by them. */
function adopt(state: ScheduleState, { now, zone, settings }: Moment): ScheduleState {
  const schedule = scheduleInForce(settings);
  const after = schedule.frequency === 'Not Use' ? withoutRuns(state) : state;
  if (isDeepStrictEqual(schedule, state.schedule) && zone === state.zone) return after;
  const { highest: _, ...rest } = after;
  return { ...rest, schedule, zone, handled: now.toString() };
}

function withoutRuns(state: ScheduleState): ScheduleState {
  if (state.secondTry === undefined && state.running === undefined) return state;
  const { secondTry: _, running: __, ...rest } = state;
  return rest;
}

/** TN-08: switched off or paused is as good as Not Use. */
export function scheduleInForce({ automation, schedule }: SchedulerSettings): Schedule {
  return automation === 'on' ? schedule : { frequency: 'Not Use' };
}

function lastRunOf(state: ScheduleState): Temporal.Instant | undefined {
  return state.lastRun === undefined ? undefined : Temporal.Instant.from(state.lastRun);
}

function nextLook(state: ScheduleState): Temporal.Instant | undefined {
  const due = nextRun(state.schedule, Temporal.Instant.from(state.handled), state.zone, lastRunOf(state));
  const again = state.secondTry?.at === undefined ? undefined : Temporal.Instant.from(state.secondTry.at);
  if (due === undefined || again === undefined) return due ?? again;
  return Temporal.Instant.compare(due, again) < 0 ? due : again;
}
