import type { Transaction } from '../logged-transaction.ts';
import type { Switching } from '../transaction.ts';
import { wayOf } from './way-of.ts';

/**
 * Takes back by its record what a restore in place made on a MariaDB besides what the safety archive holds: databases
 * that were not there before, and accounts. That needs files which go with what was staged, so it is put on record first
 * that they may. May be cut off and repeated; throws if it cannot be done, or be put on record.
 */
export async function takeBackMade(transaction: Transaction, switching: Switching): Promise<void> {
  const records = transaction.prepared.filter(({ engine }) => engine === 'mariadb');
  if (transaction.allBack || records.length === 0) return;
  for (const record of records.toReversed()) await wayOf(record, switching).goBack(transaction.log);
  await transaction.allWentBack();
}
