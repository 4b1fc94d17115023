import { ERRORS, type ErrorCode } from '#platform/errors.ts';
import { droppedEvent, missedEvent, noteEvent } from './note-event.ts';
import { runOf } from './run-of.ts';
import type { Attempt, ScheduleState } from './schedule-state.ts';
import type { RetryWait, SchedulerSettings } from './scheduler-settings.ts';
import { wallTime } from './wall-time.ts';

/** How a run ended, as far as the scheduler needs to know; the journal's Outcome is one. */
export interface RunEnd {
  state: 'done' | 'incomplete' | 'failed' | 'interrupted' | 'skipped';
  code: ErrorCode | 'done' | 'skipped';
  message: string;
  hint?: string;
}

export interface AfterRun {
  now: Temporal.Instant;
  settings: SchedulerSettings;
  /** Which good backup was the newest before the run: a later one is by hand. */
  lastSuccess: string | undefined;
}

/** What becomes of a run that ended: the state afterwards, with what is to be reported. Pure. */
export function afterRun(
  before: ScheduleState,
  attempt: Attempt,
  end: RunEnd,
  { now, settings, lastSuccess }: AfterRun,
): ScheduleState {
  const { running: _, ...rest } = before;
  const state = lastSuccess === undefined ? rest : { ...rest, lastSuccess };
  if (end.code === 'system-locked') return afterLocked(state, attempt, end.message, now);
  // The archive is good: another one would not bring the second medium back, and the next run makes the copy.
  if (end.code === 'copy-missing') return { ...state, attempts: 0 };
  switch (end.state) {
    case 'done':
    case 'skipped':
      return { ...state, attempts: 0 };
    case 'interrupted':
      return state;
    case 'incomplete':
    case 'failed':
      return afterFailure(state, attempt, end, { now, settings });
  }
}

/** It never ran. Whoever was to be the second try leaves that to the next one. */
export function afterLocked(
  before: ScheduleState,
  attempt: Attempt,
  holder: string,
  now: Temporal.Instant,
): ScheduleState {
  const { running: _, ...rest } = before;
  const due = Temporal.Instant.from(attempt.due);
  const state = attempt.second
    ? { ...rest, secondTry: { due: attempt.due, failedAt: now.toString() } }
    : rest;
  return attempt.kind === 'schedule'
    ? missedEvent(state, now, { reason: 'locked', first: due, last: due, count: 1, holder })
    : droppedEvent(state, now, attempt.due, holder);
}

function afterFailure(
  state: ScheduleState,
  attempt: Attempt,
  end: RunEnd,
  { now, settings }: Pick<AfterRun, 'now' | 'settings'>,
): ScheduleState {
  const attempts = end.state === 'failed' ? state.attempts + 1 : state.attempts;
  const failed = { ...state, attempts };
  const canHelp = end.code === 'done' || end.code === 'skipped' || ERRORS[end.code].retry;
  const told = attempt.second || !canHelp ? alertEvent(failed, attempt, end, now) : failed;
  if (end.state === 'failed' && settings.cancelAfter !== undefined && attempts >= settings.cancelAfter) {
    return stop(told, end, now);
  }
  // Where there is no wait, the next due time is the second try again and again, until one succeeds.
  if (!canHelp || (attempt.second && settings.retry !== 'next')) return told;
  return waitForSecond(told, attempt, end, { now, retry: settings.retry, quiet: attempt.second });
}

/** FD-08. */
function alertEvent(
  state: ScheduleState,
  attempt: Attempt,
  end: RunEnd,
  now: Temporal.Instant,
): ScheduleState {
  const how = attempt.second ? 'has failed a second time' : 'has failed, and trying again cannot help';
  return noteEvent(state, now, {
    text: `alert: the automatic ${runOf(state)} ${how}: ${end.message} (${end.code})`,
    kind: 'alert',
    due: attempt.due,
    code: end.code,
    message: end.message,
    ...(end.hint === undefined ? {} : { hint: end.hint }),
  });
}

/** FD-09. */
function stop(state: ScheduleState, end: RunEnd, now: Temporal.Instant): ScheduleState {
  const { attempts } = state;
  return noteEvent({ ...state, stopped: { since: now.toString(), cause: end.message } }, now, {
    text: `automatic ${runOf(state)} stops after ${attempts} failed attempts in a row (1401), until the service is started again or a ${runOf(state)} by hand succeeds: ${end.message}`,
    kind: 'stopped',
    code: 'automatic-stopped',
    attempts,
    message: end.message,
  });
}

/** FD-07. */
function waitForSecond(
  state: ScheduleState,
  { due }: Attempt,
  end: RunEnd,
  { now, retry, quiet }: { now: Temporal.Instant; retry: RetryWait; quiet: boolean },
): ScheduleState {
  const failedAt = now.toString();
  if (retry === 'next') {
    const waiting: ScheduleState = { ...state, secondTry: { due, failedAt } };
    return quiet ? waiting : retryEvent(waiting, due, end, now);
  }
  const at = now.add({ [retry.unit]: retry.count });
  return retryEvent({ ...state, secondTry: { due, failedAt, at: at.toString() } }, due, end, now, at);
}

function retryEvent(
  state: ScheduleState,
  due: string,
  end: RunEnd,
  now: Temporal.Instant,
  at?: Temporal.Instant,
): ScheduleState {
  const when = at === undefined ? 'at the next due time' : `at ${wallTime(at, state.zone)}`;
  return noteEvent(state, now, {
    text: `the automatic ${runOf(state)} is tried again ${when}: ${end.message}`,
    kind: 'retry',
    due,
    code: end.code,
    ...(at === undefined ? {} : { retryAt: at.toString() }),
  });
}
