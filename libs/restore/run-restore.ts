import type { ArchiveReader } from '#archive/archive.ts';
import type { RunResult } from '#journal/record-run.ts';
import type { Clock } from '#platform/clock.ts';
import type { OnProgress } from '#platform/progress.ts';
import type { CheckedItem, ComponentRecord, RestoreTarget } from '#sources/source.ts';
import { checkStaged } from './check-staged.ts';
import type { Migration } from './migrate-staged.ts';
import type { RestorePlan } from './plan-restore.ts';
import { reportRestore } from './report-restore.ts';
import { type AgreementsGiven, requireAgreement } from './require-agreement.ts';
import { openRestoreLog, type RestoreLogFile, tryToLog } from './restore-log.ts';
import { stageAll } from './stage-all.ts';
import { startSystem, stopSystem } from './stop-and-start.ts';
import { switchOverAll } from './switch-over-all.ts';
import { takeLocks } from './take-locks.ts';

/** Everything a restore needs besides its plan. */
export interface RestoreParts {
  archive: ArchiveReader;
  /** Each target with the components of the archive that it is to bring back, in the plan's order. */
  targets: readonly TargetWork[];
  /** Programs that stop and start the system; from the installed conf, or agreed to by typing. */
  stop: readonly string[] | undefined;
  start: readonly string[] | undefined;
  /** LB-05: set where the archive is of an older version that has to be migrated. */
  migration?: Migration | undefined;
  agreed: AgreementsGiven;
  stateFolder: string;
  runId: string;
  clock: Clock;
  onProgress: OnProgress;
}

export interface TargetWork {
  target: RestoreTarget;
  components: readonly ComponentRecord[];
}

/**
 * Brings a system back as the plan says, all or nothing: everything is staged beside the live state and
 * compared with the archive before anything live is touched; then all of it is switched over by renaming.
 * If a switch-over fails, those before it are undone. Staged state is dropped in every path; the old state
 * is kept until told otherwise.
 */
export async function runRestore(
  parts: RestoreParts,
  plan: RestorePlan,
  signal: AbortSignal,
): Promise<RunResult> {
  requireAgreement(plan, parts.agreed);
  requireTargets(plan, parts.targets);
  await using _locks = await takeLocks(plan, parts);
  await using log = await openRestoreLog(parts, describe(plan));
  await using _staged = dropStagedAtTheEnd(parts.targets);

  const checked = await prepare(parts, log, signal);
  await stopSystem(parts, log, signal);
  await switchOverAll(parts, log);
  const started = await startSystem(parts, log);

  const unlogged = await tryToLog(() => log.end('done: the restored state is live'));
  return reportRestore(plan, parts, { checked, started, unlogged, logPath: log.path });
}

/** A plan that was made without looking at a server would leave its databases out in silence. */
function requireTargets(plan: RestorePlan, targets: readonly TargetWork[]): void {
  const brought = new Set(targets.flatMap(({ components }) => components.map(({ id }) => id)));
  const without = plan.steps.filter(({ id }) => !brought.has(id)).map(({ id }) => id);
  if (without.length > 0) throw new TypeError(`the plan has no target for ${without.join(', ')}`);
}

/** Stages and compares. The log says it if that fails, so that nobody looks for a way back from nothing. */
async function prepare(
  parts: RestoreParts,
  log: RestoreLogFile,
  signal: AbortSignal,
): Promise<CheckedItem[]> {
  try {
    await stageAll(parts, signal);
    const checked = await checkStaged(parts, signal);
    signal.throwIfAborted();
    return checked;
  } catch (error) {
    const line = 'ended before anything live was touched: there is nothing to go back from';
    await tryToLog(() => log.end(line));
    throw error;
  }
}

function describe(plan: RestorePlan): string[] {
  const installed =
    plan.version.how === 'unknown' ? 'unknown' : `${plan.version.version} (${plan.version.how})`;
  return [
    `RESTORE of ${plan.system.name} (${plan.system.id}) from ${plan.archive.name}`,
    `archive of version ${plan.archive.version}, installed version ${installed}`,
    ...plan.steps.map((step) => `will restore ${step.id} to ${step.place} (now: ${step.now})`),
  ];
}

function dropStagedAtTheEnd(targets: readonly TargetWork[]): AsyncDisposableStack {
  const stack = new AsyncDisposableStack();
  for (const { target } of targets) stack.use(target);
  return stack;
}
