import { setTimeout as sleep } from 'node:timers/promises';

/** How long there is between two looks, in milliseconds. */
const LOOK_MS = 300_000;

/**
 * Looks at once, and every five minutes until the signal, whether or not backups run. `look` must not throw: what goes
 * wrong with one look is for it to tell, and the next one is made all the same.
 */
export async function runWatch(look: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await look();
    try {
      await sleep(LOOK_MS, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
