import { LifeboatError } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';
import type { CheckedItem } from '#sources/restore-target.ts';
import { startSystem } from '../around/stop-and-start.ts';
import { tryToLower } from '../around/try-to-lower.ts';
import { dropStaging } from '../drop-staging.ts';
import { tryToLog } from '../log/try-to-log.ts';
import type { Transaction } from '../logged-transaction.ts';
import type { RestorePlan } from '../plan/restore-plan.ts';
import type { RestoreParts, TargetWork } from '../restore-parts.ts';
import { deleteLive } from './delete-live.ts';
import { exchangeOne } from './exchange-one.ts';
import { type BegunTarget, goBackFromSafety } from './go-back-from-safety.ts';
import type { Safety } from './safety.ts';
import { wayOf } from './way-of.ts';

/** Deletes and restores one target after the other. If one fails, all that were begun go back from the safety archive. */
export async function exchangeInPlace(
  parts: RestoreParts,
  plan: RestorePlan,
  safety: Safety,
  transaction: Transaction,
): Promise<CheckedItem[]> {
  const begun: BegunTarget[] = [];
  const checked: CheckedItem[] = [];
  try {
    await transaction.log.write({ kind: 'safety', archive: safety.archive, raw: safety.raw });
    for (const [done, work] of parts.targets.entries()) {
      await tellStep(work, plan, safety, transaction);
      const one: BegunTarget = { ...work, way: undefined };
      const total = parts.targets.length;
      parts.onProgress({ stage: 'restoring in place', item: work.target.id, done, total });
      begun.push(one);
      await deleteLive(work, transaction).catch((error: unknown) => {
        if (isUntouched(error)) begun.pop();
        throw error;
      });
      const exchanged = await exchangeOne(work, parts.archive, transaction);
      one.way = wayOf(exchanged.record, parts.switching);
      checked.push(...exchanged.checked);
    }
    await transaction.log.write({ kind: 'switched' });
    return checked;
  } catch (cause) {
    const stuck = await goBackFromSafety(begun, safety, parts, transaction);
    throw stuck.length > 0
      ? stuckError(cause, stuck, safety, transaction)
      : await wentBack(cause, { begun, safety }, parts, transaction);
  }
}

/** The target says that it is as it was: it need not come back from the safety archive, and perhaps could not. */
function isUntouched(error: unknown): boolean {
  return error instanceof LifeboatError && ['target-in-use', 'target-unsuitable'].includes(error.code);
}

async function tellStep(
  { target, components }: TargetWork,
  { system }: RestorePlan,
  { archive }: Safety,
  { log }: Transaction,
): Promise<void> {
  const ids = components.map(({ id }) => id);
  await log.write({ kind: 'deleting', target: target.id, components: ids });
  await log.before({
    what: `delete what is live of ${target.id} and restore it in its place`,
    goBack: `lifeboat-restore apply ${JSON.stringify(archive)} --yes --in-place ${JSON.stringify(system.name)} --only ${ids.map((id) => JSON.stringify(id)).join(' ')}`,
  });
}

function stuckError(
  cause: unknown,
  stuck: readonly string[],
  { archive }: Safety,
  { log }: Transaction,
): LifeboatError {
  return new LifeboatError(
    'rollback-failed',
    `the restore in place failed (${messageOf(cause)}) and not all could be brought back: ${stuck.join('; ')}`,
    {
      hint: `keep the system stopped; what was live before is in ${archive}: restore from it when the cause is mended; ${log.path} has the commands`,
      cause,
    },
  );
}

async function wentBack(
  cause: unknown,
  { begun, safety }: { begun: readonly BegunTarget[]; safety: Safety },
  parts: RestoreParts,
  { log, begin, staging }: Transaction,
): Promise<LifeboatError> {
  const left = await dropStaging(staging, parts.switching);
  const barred = await tryToLower(begin.barrier);
  const started = barred ?? (await startSystem(begin.programs, parts, log));
  const how = begun.length === 0 ? 'nothing changed' : 'rolled back';
  const what =
    begun.length === 0
      ? 'nothing live was deleted'
      : `what was live before was brought back from the safety archive ${safety.archive}`;
  if (barred === undefined) await tryToLog(() => log.write({ kind: 'ended', how, what }));
  const hint = cause instanceof LifeboatError ? cause.hint : undefined;
  const but = [...left, ...(started === undefined ? [] : [started])].map((one) => `, but ${one}`).join('');
  return new LifeboatError(
    'switch-failed',
    `the restore in place failed: ${messageOf(cause)}; ${what}${but}`,
    { ...(hint === undefined ? {} : { hint }), cause },
  );
}
