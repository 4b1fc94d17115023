import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './clock.ts';

/** A token bucket: whoever has used more than there was waits until it is made good. */
export interface RateLimit {
  /** Says that so many bytes were used. */
  spend(bytes: number): void;
  /** Resolves once what was used is made good. Throws the signal's reason. */
  ready(signal: AbortSignal): Promise<void>;
}

/** What may be used at once after a pause, in seconds of the rate. */
const BURST = 0.1;
/** No sleep is longer, so that a stop is heard and a clock that jumped holds nobody up. */
const LONGEST_MS = 1000;

/** At most so many bytes a second over any longer time; a single use may be larger and is waited for afterwards. */
export function rateLimit(bytesPerSecond: number, clock: Pick<Clock, 'elapsed'>): RateLimit {
  let owed = 0;
  let at = clock.elapsed();
  const settle = (): void => {
    const now = clock.elapsed();
    owed = Math.max(owed - ((now - at) / 1000) * bytesPerSecond, -BURST * bytesPerSecond);
    at = now;
  };
  return {
    spend(bytes) {
      settle();
      owed += bytes;
    },
    async ready(signal) {
      for (settle(); owed > 0; settle()) {
        await sleep(Math.min((owed / bytesPerSecond) * 1000, LONGEST_MS), undefined, { signal });
      }
      signal.throwIfAborted();
    },
  };
}
