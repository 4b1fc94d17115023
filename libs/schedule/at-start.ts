import { type Moment, scheduleInForce } from './look-at-clock.ts';
import { cutOffEvent, resumedEvent } from './note-event.ts';
import type { ScheduleState } from './schedule-state.ts';

/**
 * The state as a service that starts takes it up: a run that a crash cut off is noted and never tried again (1406),
 * and automatic backup that had stopped goes on (1401). The first start of all counts from now.
 */
export function atStart(state: ScheduleState | undefined, moment: Moment): ScheduleState {
  if (state === undefined) return firstState(moment);
  const { running, stopped, ...rest } = state;
  const cut = running === undefined ? rest : cutOffEvent(rest, moment.now, running.due);
  if (stopped === undefined) return running === undefined ? state : cut;
  return resumedEvent({ ...cut, attempts: 0 }, moment.now, 'the service was started again');
}

function firstState({ now, zone, settings }: Moment): ScheduleState {
  return {
    version: 1,
    ...(settings.what === undefined ? {} : { what: settings.what }),
    schedule: scheduleInForce(settings),
    zone,
    handled: now.toString(),
    attempts: 0,
    events: 0,
    unreported: [],
  };
}
