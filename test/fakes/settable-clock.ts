import type { Clock } from '#platform/clock.ts';

export interface SettableClock extends Clock {
  set(instant: string): void;
  /** Lets so many seconds pass. */
  pass(seconds: number): void;
}

/** A clock that stands still until a test moves it; time zone UTC unless said otherwise. */
export function settableClock(start = '2026-04-10T21:45:00Z', zone = 'UTC'): SettableClock {
  let now = Temporal.Instant.from(start);
  let elapsed = 0;
  return {
    now: () => now,
    zone: () => zone,
    elapsed: () => elapsed,
    set(instant) {
      now = Temporal.Instant.from(instant);
    },
    pass(seconds) {
      now = now.add({ milliseconds: Math.round(seconds * 1000) });
      elapsed += seconds * 1000;
    },
  };
}
