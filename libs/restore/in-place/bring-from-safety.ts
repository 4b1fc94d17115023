import type { Transaction } from '../logged-transaction.ts';
import type { Switching } from '../transaction.ts';
import { deleteLive } from './delete-live.ts';
import { exchangeOne } from './exchange-one.ts';
import type { OpenSafety } from './safety.ts';
import { wayOf } from './way-of.ts';

/** Puts what a safety archive holds of a target in the place of what is live; false if it holds nothing of it. */
export async function bringFromSafety(
  target: string,
  { archive, targets }: OpenSafety,
  transaction: Transaction,
  switching: Switching,
): Promise<boolean> {
  await takeBackOnMssql(target, transaction, switching);
  const own = targets.find((work) => work.target.id === target);
  if (own === undefined) return false;
  await deleteLive(own, transaction);
  const { record } = await exchangeOne(own, archive, transaction);
  await wayOf(record, switching).forget();
  return true;
}

/**
 * What was made on a SQL Server besides what the archive holds goes by its record alone: logins, and databases that were
 * not there before. That may be repeated even when nothing is left of it. Only the last record counts: whoever wrote it
 * had taken back the one before.
 */
async function takeBackOnMssql(
  target: string,
  { prepared, log }: Transaction,
  switching: Switching,
): Promise<void> {
  const last = prepared.findLast((record) => record.target === target);
  if (last?.engine !== 'mssql') return;
  const way = wayOf(last, switching);
  await way.goBack(log);
  await way.forget();
}
