import { LifeboatError } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';

/**
 * Runs a switch-over. If it fails, the state before comes back and the error is thrown; if that fails too, it is
 * `rollback-failed` with both reasons.
 */
export async function switchOrGoBack(
  switchOver: () => Promise<void>,
  goBack: () => Promise<void>,
): Promise<void> {
  try {
    await switchOver();
  } catch (reason) {
    try {
      await goBack();
    } catch (error) {
      const why = [reason, error].map(messageOf);
      throw new LifeboatError('rollback-failed', why.join('; and going back failed: '), { cause: error });
    }
    throw reason;
  }
}
