import type { Clock } from '#platform/clock.ts';
import { lockHolder } from '#platform/lock-holder.ts';
import { pause } from '#platform/pause.ts';
import type { Runs } from '../service/open-runs.ts';

/** A drill has time: so long it waits for a backup or a restore, then it is told as missed. Milliseconds. */
const PATIENCE_MS = 12 * 3_600_000;
const LOOK_MS = 2000;

/** Resolves with undefined once nothing else goes on with a system; else with who was in the way too long. */
export async function waitPatiently(
  lock: { stateFolder: string; systemId: string; clock: Clock },
  runs: Pick<Runs, 'current'>,
  signal: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<string | undefined> {
  const begin = lock.clock.elapsed();
  for (;;) {
    const here = runs.current();
    const who =
      here === undefined
        ? await lockHolder({ ...lock, purpose: 'a scheduled drill' })
        : `${here.what} is running`;
    if (who === undefined || signal.aborted || lock.clock.elapsed() - begin > patienceMs) return who;
    await pause(LOOK_MS, signal);
  }
}
