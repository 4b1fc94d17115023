import type { Clock } from '#platform/clock.ts';

/** Slows down whoever guesses: for each key (an address, an account) the wait grows with its failures. */
export interface TryLimit {
  /** Milliseconds that are still to be waited for this key; 0: a try may be made. */
  waitFor(key: string): number;
  failed(key: string): void;
  succeeded(key: string): void;
}

/** So many failures cost nothing: people mistype. */
const FREE = 3;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** Keys that are remembered at most; the oldest is forgotten. */
const REMEMBERED = 10_000;

/** 1 s after the fourth failure, twice as long after each further one, at most a quarter of an hour. */
export function limitTries(clock: Pick<Clock, 'elapsed'>): TryLimit {
  const known = new Map<string, { failures: number; until: number }>();
  return {
    waitFor(key) {
      const found = known.get(key);
      return found === undefined ? 0 : Math.max(0, Math.ceil(found.until - clock.elapsed()));
    },
    failed(key) {
      const failures = (known.get(key)?.failures ?? 0) + 1;
      const wait =
        failures <= FREE ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (failures - FREE - 1), LONGEST_WAIT_MS);
      known.delete(key);
      known.set(key, { failures, until: clock.elapsed() + wait });
      const [oldest] = known.keys();
      if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
    },
    succeeded(key) {
      known.delete(key);
    },
  };
}
