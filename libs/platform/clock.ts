/** The only place where the time of day is read; every part that needs it gets a Clock passed in. */
export interface Clock {
  now(): Temporal.Instant;
  /** The IANA zone in which an administrator reads and sets times. It may change while a program runs. */
  zone(): string;
  /** Milliseconds of a clock that never goes back: for durations only. */
  elapsed(): number;
}

export function systemClock(): Clock {
  return { now: () => Temporal.Now.instant(), zone: systemZone, elapsed: () => performance.now() };
}

/**
 * The machine's zone as it is now: Node asks the system once and stays with the answer for years, but asks anew
 * after the variable TZ was touched. UTC where the answer is no zone at all (an empty TZ).
 */
function systemZone(): string {
  if (process.env['TZ'] === undefined) delete process.env['TZ'];
  const zone = Temporal.Now.timeZoneId();
  return zone === 'Etc/Unknown' ? 'UTC' : zone;
}
