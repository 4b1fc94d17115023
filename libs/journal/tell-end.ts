import { LifeboatError } from '#platform/errors.ts';
import type { Troubles } from './collect-troubles.ts';
import { type LastRun, lastRun } from './last-run.ts';
import type { RunEnded } from './open-run.ts';
import type { Outcome } from './outcome.ts';
import type { RunParts } from './run-parts.ts';

/**
 * Tells history and `status` how a run ended; the journal was told before. Can be done again after a crash. Whatever
 * cannot be written is told and ends nothing. `late`: the run was cut off, and others may have ended since.
 */
export async function tellEnd(
  { outcome, entry }: RunEnded,
  parts: RunParts,
  troubles: Troubles,
  { late }: { late: boolean },
): Promise<void> {
  const { history, journal, stateFolder, system } = parts;
  if (history !== undefined && entry !== undefined) {
    await troubles.attempt(`the history ${history.path}`, async () => {
      const lines = await history.add(entry);
      if (lines.length > 0) await journal.write(lines.map((line) => `${outcome.operation}: ${line}`));
    });
  }
  // A run that found the system locked was none: the one that holds the lock will say how it ended.
  if (outcome.operation !== 'backup' || outcome.code === 'system-locked') return;
  if (stateFolder === undefined || system === undefined) return;
  const last = lastRun(stateFolder, system.id);
  await troubles.attempt('the outcome for lifeboat status', async () => {
    if (!late || !(await isOutdated(last, outcome))) await last.save(outcome);
  });
}

async function isOutdated(last: LastRun, { startedAt }: Outcome): Promise<boolean> {
  try {
    const known = await last.read();
    return known !== undefined && Temporal.Instant.compare(known.startedAt, startedAt) > 0;
  } catch (error) {
    // Nobody can read what it says: nothing is lost if it is written anew.
    if (error instanceof LifeboatError) return false;
    throw error;
  }
}
