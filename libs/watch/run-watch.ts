import { pause } from '#platform/pause.ts';

/** How long there is between two looks, in milliseconds. */
const LOOK_MS = 300_000;

/**
 * Looks at once, and every five minutes until the signal, whether or not backups run. `look` must not throw: what goes
 * wrong with one look is for it to tell, and the next one is made all the same.
 */
export async function runWatch(look: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await look();
    await pause(LOOK_MS, signal);
  }
}
