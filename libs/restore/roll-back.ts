import { LifeboatError } from '#platform/errors.ts';
import { lowerBarrier } from './around/lower-barrier.ts';
import { startSystem } from './around/stop-and-start.ts';
import { dropStaging } from './drop-staging.ts';
import { goBackAll } from './go-back-all.ts';
import { tryToLog } from './log/try-to-log.ts';
import type { Transaction } from './logged-transaction.ts';
import type { TransactionParts } from './transaction.ts';

/**
 * Ends a restore or an undo in the state before it, wherever it came to: goes back in every target, drops what was
 * staged, lets the system start again. Resolves with lines for a person, the first of them if the system did not
 * start. If a target cannot go back it throws `rollback-failed`: the log stays open, the system stopped, and recover
 * tries again.
 */
export async function rollBack(
  transaction: Transaction,
  parts: TransactionParts,
): Promise<{ started: string | undefined; lines: string[] }> {
  const { log, begin, staging, prepared, stopped } = transaction;
  const stuck = await goBackAll(transaction, parts);
  if (stuck.length > 0) {
    throw new LifeboatError('rollback-failed', `could not go back by itself: ${stuck.join('; ')}`, {
      hint: `nothing of the old state was deleted; keep the system stopped, mend what is said, then run lifeboat-restore recover; each step with its command by hand: lifeboat-restore recover --show (${log.path})`,
    });
  }
  const lines = await dropStaging(staging, parts.switching);
  await lowerBarrier(begin.barrier);
  const started = stopped ? await startSystem(begin.programs, parts, log) : undefined;
  const what = prepared.length === 0 ? 'nothing live was touched' : 'the old state is live';
  const how = prepared.length === 0 ? 'nothing changed' : 'rolled back';
  const unlogged = await tryToLog(() => log.write({ kind: 'ended', how, what }));
  return { started, lines: [...lines, ...(unlogged === undefined ? [] : [unlogged])] };
}
