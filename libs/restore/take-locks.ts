import type { Clock } from '#platform/clock.ts';
import { takeLock } from '#platform/lock.ts';
import type { RestorePlan } from './plan-restore.ts';

/**
 * Locks the system of the archive and, where another one is installed here (a new machine), that one too: no
 * backup of either may run meanwhile. Both or none; dispose frees them.
 */
export async function takeLocks(
  plan: RestorePlan,
  parts: { stateFolder: string; clock: Clock },
): Promise<AsyncDisposable> {
  const ids = new Set([plan.system.id, ...(plan.installedId === undefined ? [] : [plan.installedId])]);
  await using taken = new AsyncDisposableStack();
  // In one order for everybody, so that two restores cannot hold a lock each and wait for the other's.
  for (const systemId of [...ids].sort()) {
    taken.use(await takeLock({ ...parts, systemId, purpose: 'a restore' }));
  }
  return taken.move();
}
