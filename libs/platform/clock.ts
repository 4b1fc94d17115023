/** The only place where the time of day is read; every part that needs it gets a Clock passed in. */
export interface Clock {
  now(): Temporal.Instant;
  /** The IANA zone in which an administrator reads and sets times. */
  zone(): string;
  /** Milliseconds of a clock that never goes back: for durations only. */
  elapsed(): number;
}

export function systemClock(): Clock {
  return {
    now: () => Temporal.Now.instant(),
    zone: () => Temporal.Now.timeZoneId(),
    elapsed: () => performance.now(),
  };
}
