import { messageOf } from '#platform/message-of.ts';
import type { Barrier } from '../log/log-record.ts';
import { lowerBarrier } from './lower-barrier.ts';

/**
 * Lowers a barrier where an error must not hide what is live by now. Resolves with why it could not: then the log is not
 * to be ended, so that recover tries again.
 */
export async function tryToLower(barrier: Barrier): Promise<string | undefined> {
  try {
    await lowerBarrier(barrier);
    return undefined;
  } catch (error) {
    return `the system is still kept from starting (${messageOf(error)}): mend that, then run lifeboat-restore recover`;
  }
}
