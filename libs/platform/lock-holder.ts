import type { Clock } from './clock.ts';
import { LifeboatError } from './errors.ts';
import { takeLock } from './lock.ts';

/**
 * Who holds a system's lock just now, in the words of the one who finds it taken; undefined if nobody does. It
 * is free for an instant only: whoever starts something takes the lock himself. Errors as takeLock.
 */
export async function lockHolder(options: {
  stateFolder: string;
  systemId: string;
  /** What would be started: `a scheduled backup`. */
  purpose: string;
  clock: Clock;
}): Promise<string | undefined> {
  try {
    await using _lock = await takeLock(options);
    return undefined;
  } catch (error) {
    if (error instanceof LifeboatError && error.code === 'system-locked') return error.message;
    throw error;
  }
}
