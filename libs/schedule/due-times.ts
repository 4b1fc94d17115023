import { nextRun } from './next-run.ts';
import type { Schedule } from './schedule.ts';

export interface DueTimes {
  count: number;
  first: Temporal.Instant;
  last: Temporal.Instant;
  /** The one before the last. */
  previous: Temporal.Instant | undefined;
}

/**
 * A clock that was thousands of years off must not keep the service busy with counting: from so many on there may
 * be more, and the last one counted need not be the last.
 */
export const COUNTED_AT_MOST = 10_000;

/** The due times after `after`, up to and including `until`; undefined if there is none. Arguments as nextRun's. */
export function dueTimes(
  schedule: Schedule,
  { after, until }: { after: Temporal.Instant; until: Temporal.Instant },
  zone: string,
  lastRun: Temporal.Instant | undefined,
): DueTimes | undefined {
  let found: DueTimes | undefined;
  while (found === undefined || found.count < COUNTED_AT_MOST) {
    // Without a last run the others are counted from the first, which would have been it.
    const due = nextRun(schedule, found?.last ?? after, zone, lastRun ?? found?.first);
    if (due === undefined || Temporal.Instant.compare(due, until) > 0) break;
    found = { count: (found?.count ?? 0) + 1, first: found?.first ?? due, last: due, previous: found?.last };
  }
  return found;
}
