import { messageOf } from '#platform/message-of.ts';
import { dropStaging } from '../drop-staging.ts';
import type { RestoreLogContent } from '../log/read-restore-log.ts';
import type { Transaction } from '../logged-transaction.ts';
import type { Switching } from '../transaction.ts';
import { bringFromSafety } from './bring-from-safety.ts';
import type { OpenSafety } from './safety.ts';
import { takeBackMade } from './take-back-made.ts';
import { wayOf } from './way-of.ts';

export interface InPlaceRecovery {
  switching: Switching;
  /** Opens a safety archive with the targets by which it brings back these components. */
  openSafety(archive: string, ids: readonly string[], signal: AbortSignal): Promise<OpenSafety>;
}

/**
 * Goes back from a restore in place that was cut off before its end: whatever is live of the targets that were begun
 * is deleted and brought back from the safety archive, the last one first. Resolves with what could not be brought
 * back, a line each; the caller ends the log, or leaves it open. May be cut off and repeated. A log without a safety
 * archive tells of nothing deleted.
 */
export async function recoverInPlace(
  { safety, deleting, staging }: Pick<RestoreLogContent, 'safety' | 'deleting' | 'staging'>,
  transaction: Transaction,
  { switching, openSafety }: InPlaceRecovery,
): Promise<string[]> {
  const stuck: string[] = [];
  try {
    await takeBackMade(transaction, switching);
  } catch (error) {
    stuck.push(`what was made beside it could not be taken back: ${messageOf(error)}`);
  }
  stuck.push(...(await dropStaging(staging, switching)));
  if (safety === undefined || deleting.length === 0) return [];
  const { signal } = new AbortController();
  const ids = deleting.flatMap(({ components }) => components);
  const lost = safety.raw.filter((raw) => raw.ids.some((id) => ids.includes(id)));
  stuck.push(
    ...lost.map(
      (raw) => `${raw.ids.join(', ')} was too damaged to be saved, its raw files are in ${raw.place}`,
    ),
  );
  await using open = await openSafety(safety.archive, ids, signal);
  for (const { target } of deleting.toReversed()) {
    try {
      await bringBack(target, open, transaction, switching);
    } catch (error) {
      stuck.push(`${target}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return stuck;
}

async function bringBack(
  target: string,
  open: OpenSafety,
  transaction: Transaction,
  switching: Switching,
): Promise<void> {
  if (await bringFromSafety(target, open, transaction, switching)) return;
  // It was not there before: what the restore has put there goes.
  const record = transaction.prepared.findLast((one) => one.target === target);
  // On a MariaDB that was taken back first of all.
  if (record !== undefined && record.engine !== 'mariadb')
    await wayOf(record, switching).goBack(transaction.log);
}
