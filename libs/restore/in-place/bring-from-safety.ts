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
  await takeBackMade(target, transaction, switching);
  const own = targets.find((work) => work.target.id === target);
  if (own === undefined) return false;
  await deleteLive(own, transaction);
  const { record } = await exchangeOne(own, archive, transaction);
  await wayOf(record, switching).forget();
  return true;
}

/**
 * What was made on a SQL Server besides what the archive holds goes by the records alone, the last one first: logins,
 * and databases that were not there before. Its way back may be repeated even when nothing is left of it.
 */
async function takeBackMade(
  target: string,
  { prepared, log }: Transaction,
  switching: Switching,
): Promise<void> {
  const own = prepared.filter((record) => record.target === target && record.engine === 'mssql');
  for (const record of own.toReversed()) {
    const way = wayOf(record, switching);
    await way.goBack(log);
    await way.forget();
  }
}
