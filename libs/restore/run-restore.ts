import type { CheckedItem } from '#sources/restore-target.ts';
import { stopSystem } from './around/stop-and-start.ts';
import { takeLocks } from './around/take-locks.ts';
import { beginTransaction } from './begin-transaction.ts';
import { checkStaged } from './check-staged.ts';
import { endSwitched } from './end-switched.ts';
import type { BeginRecord } from './log/log-record.ts';
import type { Transaction } from './logged-transaction.ts';
import { orRollBack } from './or-roll-back.ts';
import { requireAgreement } from './plan/require-agreement.ts';
import type { RestorePlan } from './plan/restore-plan.ts';
import { systemsOf } from './plan/systems-of.ts';
import { refuseOpenRestore } from './refuse-open-restore.ts';
import { reportRestore } from './report-restore.ts';
import type { RestoreParts, TargetWork } from './restore-parts.ts';
import type { RestoreResult } from './restore-result.ts';
import { stageAll } from './stage-all.ts';
import { switchOverAll } from './switch-over-all.ts';

/**
 * Brings a system back as the plan says, all or nothing: everything is staged beside the live state and
 * compared with the archive before anything live is touched; then all of it is switched over by renaming. Each step
 * stands in a log before it is done: a restore that fails goes back by it at once, one that is killed goes back or
 * ends when recover reads it. The old state is kept until told otherwise.
 */
export async function runRestore(
  parts: RestoreParts,
  plan: RestorePlan,
  signal: AbortSignal,
): Promise<RestoreResult> {
  requireAgreement(plan, parts.agreed);
  requireTargets(plan, parts.targets);
  await using _locks = await takeLocks(systemsOf(plan), parts);
  for (const system of systemsOf(plan)) await refuseOpenRestore(parts.stateFolder, system);
  await using transaction = await beginTransaction(parts, describe(plan));
  await using _staged = dropStagedAtTheEnd(parts.targets);

  const checked = await orRollBack(transaction, parts, () => bringLive(parts, transaction, signal));
  const end = await endSwitched(transaction, parts);
  return reportRestore(plan, parts, { checked, end, transaction });
}

/** Up to the commit point: until there the log leads back, from there on to the end. */
async function bringLive(
  parts: RestoreParts,
  transaction: Transaction,
  signal: AbortSignal,
): Promise<CheckedItem[]> {
  await stageAll(parts, transaction, signal);
  const checked = await checkStaged(parts, signal);
  signal.throwIfAborted();
  await stopSystem(transaction, parts, signal);
  await switchOverAll(parts, transaction);
  return checked;
}

/** A plan that was made without looking at a server would leave its databases out in silence. */
function requireTargets(plan: RestorePlan, targets: readonly TargetWork[]): void {
  const brought = new Set(targets.flatMap(({ components }) => components.map(({ id }) => id)));
  const without = plan.steps.filter(({ id }) => !brought.has(id)).map(({ id }) => id);
  if (without.length > 0) throw new TypeError(`the plan has no target for ${without.join(', ')}`);
}

function describe(
  plan: RestorePlan,
): Pick<BeginRecord, 'operation' | 'system' | 'alsoLocked' | 'archive' | 'plan'> {
  const installed =
    plan.version.how === 'unknown' ? 'unknown' : `${plan.version.version} (${plan.version.how})`;
  return {
    operation: 'restore',
    system: plan.system,
    alsoLocked: systemsOf(plan).filter((id) => id !== plan.system.id),
    archive: plan.archive.name,
    plan: [
      `archive of version ${plan.archive.version}, installed version ${installed}`,
      ...plan.steps.map((step) => `will restore ${step.id} to ${step.place} (now: ${step.now})`),
    ],
  };
}

function dropStagedAtTheEnd(targets: readonly TargetWork[]): AsyncDisposableStack {
  const stack = new AsyncDisposableStack();
  for (const { target } of targets) stack.use(target);
  return stack;
}
