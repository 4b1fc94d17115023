import { type Clock, systemClock } from '#platform/clock.ts';

/** A clock that goes on from a time that a test sets. */
export function setClock(start: string): Clock & { set(instant: string): void } {
  const real = systemClock();
  let ahead = real.now().until(Temporal.Instant.from(start));
  return {
    ...real,
    now: () => real.now().add(ahead),
    zone: () => 'UTC',
    set(instant) {
      ahead = real.now().until(Temporal.Instant.from(instant));
    },
  };
}
