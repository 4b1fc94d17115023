import { LifeboatError } from '#platform/errors.ts';
import { startSystem, stopSystem } from '../around/stop-and-start.ts';
import { tryToLower } from '../around/try-to-lower.ts';
import type { RestoreLogContent } from '../log/read-restore-log.ts';
import { tryToLog } from '../log/try-to-log.ts';
import type { Transaction } from '../logged-transaction.ts';
import type { TransactionParts } from '../transaction.ts';
import { type InPlaceRecovery, recoverInPlace } from './recover-in-place.ts';

/**
 * Ends a restore in place that was cut off: what it had begun with comes back from its safety archive, and the system
 * starts. Resolves with why that did not start, if so. What cannot be brought back is a person's to do: it throws
 * `rollback-failed` with the commands, the log ends, and the system is kept from starting until a restore has ended.
 */
export async function bringBackInPlace(
  content: RestoreLogContent,
  transaction: Transaction,
  parts: TransactionParts & InPlaceRecovery,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (content.deleting.length > 0) await stopSystem(transaction, parts, signal);
  const stuck = await recoverInPlace(content, transaction, parts);
  const { log, begin, stopped } = transaction;
  if (stuck.length > 0) {
    await log.write({ kind: 'ended', how: 'cut off', what: 'what was deleted is in the safety archive' });
    throw notAll(content, stuck);
  }
  const barred = await tryToLower(begin.barrier);
  if (barred !== undefined) return barred;
  const started = stopped ? await startSystem(begin.programs, parts, log) : undefined;
  const how = content.deleting.length === 0 ? 'nothing changed' : 'rolled back';
  await tryToLog(() => log.write({ kind: 'ended', how, what: 'what was live before is live' }));
  return started;
}

function notAll({ run, steps, safety }: RestoreLogContent, stuck: readonly string[]): LifeboatError {
  const commands = steps.flatMap(({ goBack }) =>
    goBack?.startsWith('lifeboat-restore apply') ? [goBack] : [],
  );
  return new LifeboatError(
    'rollback-failed',
    `not all that the restore in place ${run} had deleted could be brought back from ${safety?.archive}: ${stuck.join('; ')}`,
    { hint: `keep the system stopped, mend what is said, then: ${commands.join(' ; ')}` },
  );
}
