import { DRILL } from '#drill/drill-purpose.ts';
import { pause } from '#platform/pause.ts';
import { readLockNote } from '#platform/read-lock-note.ts';
import type { Runs } from '../service/open-runs.ts';

const LOOK_MS = 1000;

/**
 * Resolves once no drill of the system goes on, here or in another program; at once if none does, or when the signal
 * aborts. A drill ends by itself, so a backup that is due waits for it instead of being missed.
 */
export async function drillsEnd(
  lock: { stateFolder: string; systemId: string },
  runs: Pick<Runs, 'current'>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const here = runs.current()?.what === DRILL;
    const elsewhere = (await readLockNote(lock))?.purpose === DRILL;
    if (!here && !elsewhere) return;
    await pause(LOOK_MS, signal);
  }
}
