import type { BackupRequest } from '#backup/backup-parts.ts';
import { runBackup } from '#backup/run-backup.ts';
import { closeCutRuns } from '#journal/close-cut-runs.ts';
import type { Outcome } from '#journal/outcome.ts';
import { recordRun } from '#journal/record-run.ts';
import type { Notifier } from '#notify/open-notifier.ts';
import type { Clock } from '#platform/clock.ts';
import type { OnProgress } from '#platform/progress.ts';
import { standBack } from '#platform/stand-back.ts';
import { refuseOpenRestore } from '#restore/refuse-open-restore.ts';
import { unlessFailed } from './channels/unless-failed.ts';
import { composeHooks } from './compose/compose-hooks.ts';
import type { ComposedSystem } from './compose/composed-system.ts';

export interface BackupRun {
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  /** What is to be told is put in here; whoever owns it sends it, which a run never waits for. */
  notifier: Pick<Notifier, 'runStarted' | 'runEnded'>;
  onProgress: OnProgress;
  signal: AbortSignal;
  stderr?: NodeJS.WritableStream;
  /** What a person or a program asks for beyond the settings; absent for a run of the schedule. */
  request?: BackupRequest;
}

/**
 * One backup from its start to the last of those who are told of it: the same for a person, the schedule and
 * another program. Resolves with how it ended, whatever happened.
 */
export async function makeBackup(system: ComposedSystem, run: BackupRun): Promise<Outcome> {
  const { notifier, request = {} } = run;
  const hooks = composeHooks(system, run);
  const troubles: string[] = [];
  const tell = async (what: () => Promise<void>): Promise<void> => {
    troubles.push(...(await unlessFailed(what)));
  };
  for (const cut of await closeCutRuns({ ...run, ...system.recording })) {
    if (cut.operation === 'backup') await tell(() => notifier.runEnded(cut));
  }
  const begun = run.clock.now();
  const before = async (signal: AbortSignal): Promise<void> => {
    // Under the lock: what is open now was cut off, and what is live may be half of one state and half of another.
    await refuseOpenRestore(system.state, system.id);
    await system.walls?.(signal);
    await tell(() => notifier.runStarted(begun));
    await hooks.before(signal);
  };
  const standing = standBack(system.settings.backup.nice);
  const outcome = await recordRun('backup', { ...run, ...system.recording }, async () => {
    await using _standing = await standing;
    return await runBackup({ ...system.backup(run.onProgress), before, request }, run.signal);
  });
  if ((await standing).stays()) troubles.push(STAYS);
  // A run that found the system locked was none: the one that holds the lock will say how it ended.
  if (outcome.code === 'system-locked') return outcome;
  await tell(() => notifier.runEnded(outcome));
  troubles.push(...(await hooks.after(outcome, run.signal)));
  return { ...outcome, lines: [...outcome.lines, ...troubles] };
}

const STAYS =
  'the priority of this program stays as low as "nice" says: only root may raise it again (until it is started anew)';
