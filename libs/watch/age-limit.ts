/** Runs that are looked at ahead: as many as a week of single days has, and a year of months. */
const RUNS = 13;
const DAY = 86_400;

/**
 * How many seconds the last good backup may be old; undefined: as old as it will. `schedule` allows the longest
 * time between two due runs, and a day for a run that takes long or is tried again. Pure: `nextDue` says when the
 * schedule is due next after a moment.
 */
export function ageLimit(
  maxAge: number | 'schedule' | 'never',
  nextDue: (after: Temporal.Instant) => Temporal.Instant | undefined,
  now: Temporal.Instant,
): number | undefined {
  if (maxAge === 'never') return undefined;
  if (maxAge !== 'schedule') return maxAge;
  let longest = 0;
  let from = nextDue(now);
  for (let count = 0; count < RUNS && from !== undefined; count += 1) {
    const next = nextDue(from);
    if (next !== undefined) longest = Math.max(longest, from.until(next).total('seconds'));
    from = next;
  }
  return longest === 0 ? undefined : longest + DAY;
}
