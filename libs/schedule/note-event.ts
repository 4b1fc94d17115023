import { counted } from '#platform/counted.ts';
import { COUNTED_AT_MOST } from './due-times.ts';
import { runOf } from './run-of.ts';
import type { MissedReason, ScheduleEvent } from './schedule-event.ts';
import type { ScheduleState } from './schedule-state.ts';
import { wallTime } from './wall-time.ts';

/** Each of these returns the state with one more event in it, which is reported once the state was saved. */
export function noteEvent(
  state: ScheduleState,
  now: Temporal.Instant,
  event: WithoutId<ScheduleEvent>,
): ScheduleState {
  const at = now.toString();
  const events = state.events + 1;
  return {
    ...state,
    events,
    unreported: [...state.unreported, { ...event, id: `${events} ${at}`, at }].slice(-KEPT),
  };
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id' | 'at'> : never;

/** Events that nobody could be told of for long (a journal on a full disk): the newest stay. */
const KEPT = 200;

export function missedEvent(
  state: ScheduleState,
  now: Temporal.Instant,
  missed: {
    reason: MissedReason;
    first: Temporal.Instant;
    last: Temporal.Instant;
    count: number;
    madeUp?: boolean;
    /** Who holds the lock, where that is the reason. */
    holder?: string;
  },
): ScheduleState {
  const { reason, first, last, count, madeUp, holder } = missed;
  const why = holder ?? WHY[reason](runOf(state));
  const then = madeUp ? '; one is made now' : '';
  const which = (at: Temporal.Instant) => wallTime(at, state.zone);
  const text =
    count === 1
      ? `the ${runOf(state)} that was due ${which(last)} was missed: ${why}${then}`
      : `${count >= COUNTED_AT_MOST ? 'at least ' : ''}${counted(count, runOf(state))} due from ${which(first)} to ${which(last)} were missed: ${why}${then}`;
  return noteEvent(state, now, {
    text,
    kind: 'missed',
    reason,
    first: first.toString(),
    last: last.toString(),
    count,
  });
}

const WHY: Record<MissedReason, (what: string) => string> = {
  off: () => 'the service was not running',
  asleep: () => 'the machine was asleep, or its clock was set forward',
  busy: (what) => `the ${what} before it was still running`,
  locked: () => 'the system was locked',
  stopped: (what) => `automatic ${what} has stopped after too many failed attempts`,
  settings: (what) => `automatic ${what} was switched off at that moment`,
};

export function resumedEvent(state: ScheduleState, now: Temporal.Instant, why: string): ScheduleState {
  return noteEvent(state, now, {
    text: `automatic ${runOf(state)} goes on: ${why}`,
    kind: 'resumed',
  });
}

export function clockEvent(
  state: ScheduleState,
  now: Temporal.Instant,
  handled: Temporal.Instant,
): ScheduleState {
  return noteEvent(state, now, {
    text: `the clock was set back to ${wallTime(now, state.zone)}, and a ${runOf(state)} has run at ${wallTime(handled, state.zone)} already: the schedule counts from now`,
    kind: 'clock',
  });
}

export function cutOffEvent(state: ScheduleState, now: Temporal.Instant, due: string): ScheduleState {
  return noteEvent(state, now, {
    text: `the ${runOf(state)} that was due ${wallTime(Temporal.Instant.from(due), state.zone)} was cut off: the service ended while it ran; it is not tried again`,
    kind: 'cut-off',
    due,
  });
}

export function droppedEvent(
  state: ScheduleState,
  now: Temporal.Instant,
  due: string,
  why: string,
): ScheduleState {
  return noteEvent(state, now, {
    text: `the ${runOf(state)} that was due ${wallTime(Temporal.Instant.from(due), state.zone)} is not made up for now: ${why}`,
    kind: 'dropped',
    due,
  });
}
