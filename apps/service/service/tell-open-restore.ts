import type { Notifier } from '#notify/open-notifier.ts';
import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import { takeLock } from '#platform/lock.ts';
import { refuseOpenRestore } from '#restore/refuse-open-restore.ts';

/**
 * Raises an alarm if a restore of the system was cut off: no backup is made until somebody recovers, and after a power
 * cut the service is the first to see it. One that is at work holds the lock, and is nobody's alarm.
 */
export async function tellOpenRestore(
  { id, state }: { id: string; state: string },
  notifier: Pick<Notifier, 'raise'>,
  clock: Clock,
): Promise<void> {
  try {
    await using _lock = await takeLock({
      stateFolder: state,
      systemId: id,
      purpose: 'a look whether a restore was cut off',
      clock,
    });
    await refuseOpenRestore(state, id);
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    if (error.code === 'system-locked') return;
    if (error.code !== 'restore-open') throw error;
    const { message, hint, code } = error;
    const alarm = { id: `${clock.now()} ${code}`, message, code };
    await notifier.raise(hint === undefined ? alarm : { ...alarm, hint });
  }
}
