import { patientLog } from '#sources/exchange/patient-log.ts';
import type { SwitchRecord } from '#sources/restore-target.ts';
import { tryToLog } from './log/try-to-log.ts';
import type { Transaction } from './logged-transaction.ts';
import type { TransactionParts } from './transaction.ts';

/**
 * Goes back in all targets on record, whatever becomes of one; resolves with those that could not, a line each. May be
 * cut off and repeated. It cannot be stopped: going back half-way is what must not happen.
 */
export async function goBackAll(
  transaction: Pick<Transaction, 'log' | 'prepared' | 'begun' | 'wentBack'>,
  { switching, onProgress }: Pick<TransactionParts, 'switching' | 'onProgress'>,
): Promise<string[]> {
  const { signal } = new AbortController();
  const patient = patientLog(transaction.log);
  const records = inOrder(transaction);
  const stuck: string[] = [];
  for (const [index, record] of records.entries()) {
    onProgress({ stage: 'going back', item: record.target, done: index, total: records.length });
    const what = `go back in ${record.target}`;
    await patient.before({ what, goBack: 'nothing: this is the way back' });
    try {
      await using target = await switching.switched(record, signal);
      await target.goBack(patient, signal);
      await tryToLog(() => transaction.wentBack(record.target, what));
    } catch (error) {
      stuck.push(`${record.target}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return stuck;
}

/**
 * What began last goes back first. A target may lie inside another (a database in a folder): then it is found only while
 * that one is as it was when it began. Those that never began, or have gone back by now, come after all others: there
 * is nothing to do for them, and they are looked at all the same.
 */
function inOrder({ prepared, begun }: Pick<Transaction, 'prepared' | 'begun'>): SwitchRecord[] {
  const lastFirst = prepared.toReversed();
  const isBegun = ({ target }: SwitchRecord): boolean => begun.includes(target);
  return [...lastFirst.filter(isBegun), ...lastFirst.filter((record) => !isBegun(record))];
}
