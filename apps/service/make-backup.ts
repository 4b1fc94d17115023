import { runBackup } from '#backup/run-backup.ts';
import type { Outcome } from '#journal/outcome.ts';
import { recordRun } from '#journal/record-run.ts';
import type { Clock } from '#platform/clock.ts';
import type { OnProgress } from '#platform/progress.ts';
import type { ComposedSystem } from './compose.ts';
import { composeHooks } from './compose-hooks.ts';

/**
 * One backup from its start to the last of those who are told of it: the same for a person, the schedule and
 * another program. Resolves with how it ended, whatever happened.
 */
export async function makeBackup(
  system: ComposedSystem,
  run: {
    clock: Clock;
    environment: NodeJS.ProcessEnv;
    onProgress: OnProgress;
    signal: AbortSignal;
    stderr?: NodeJS.WritableStream;
  },
): Promise<Outcome> {
  const hooks = composeHooks(system, run);
  const parts = { ...system.backup(run.onProgress), before: hooks.before };
  const outcome = await recordRun('backup', { ...run, ...system.recording }, () =>
    runBackup(parts, run.signal),
  );
  // A run that found the system locked was none: the one that holds the lock will say how it ended.
  if (outcome.code === 'system-locked') return outcome;
  const lines = await hooks.after(outcome, run.signal);
  return { ...outcome, lines: [...outcome.lines, ...lines] };
}
