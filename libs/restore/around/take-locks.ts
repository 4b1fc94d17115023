import type { Clock } from '#platform/clock.ts';
import { takeLock } from '#platform/lock.ts';

/** Locks every system that a restore is about: no backup of any may run meanwhile. All or none; dispose frees them. */
export async function takeLocks(
  systemIds: readonly string[],
  parts: { stateFolder: string; clock: Clock },
  purpose = 'a restore',
): Promise<AsyncDisposable> {
  await using taken = new AsyncDisposableStack();
  // In one order for everybody, so that two restores cannot hold a lock each and wait for the other's.
  for (const systemId of [...systemIds].sort()) {
    taken.use(await takeLock({ ...parts, systemId, purpose }));
  }
  return taken.move();
}
