import { planBarrier } from './around/plan-barrier.ts';
import { raiseBarrier } from './around/raise-barrier.ts';
import type { BeginRecord } from './log/log-record.ts';
import { openRestoreLog } from './log/restore-log.ts';
import { loggedTransaction, type Transaction } from './logged-transaction.ts';
import { rollBack } from './roll-back.ts';
import type { SystemParts, TransactionParts } from './transaction.ts';

/** Writes the first record of a log and keeps the system from starting at boot until its last one. */
export async function beginTransaction(
  parts: TransactionParts & { runId: string; around: SystemParts },
  what: Pick<BeginRecord, 'operation' | 'system' | 'alsoLocked' | 'plan'> &
    Partial<Pick<BeginRecord, 'of' | 'archive'>>,
): Promise<Transaction> {
  const { programs, keepStopped, keepOldDays } = parts.around;
  const barrier = await planBarrier(keepStopped, parts);
  const begin: BeginRecord = { kind: 'begin', ...what, programs, barrier, keepOldDays };
  const log = await openRestoreLog(parts, begin);
  const transaction = loggedTransaction(log, {
    begin,
    staging: [],
    prepared: [],
    begun: [],
    stopped: false,
    allBack: false,
  });
  try {
    await raiseBarrier(barrier);
    return transaction;
  } catch (error) {
    await rollBack(transaction, parts);
    await log[Symbol.asyncDispose]();
    throw error;
  }
}
