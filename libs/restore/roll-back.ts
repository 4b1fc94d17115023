import { LifeboatError } from '#platform/errors.ts';
import { startSystem } from './around/stop-and-start.ts';
import { tryToLower } from './around/try-to-lower.ts';
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
  const { log, begin, prepared, stopped } = transaction;
  const unlogged = transaction.allBack ? undefined : await goBack(transaction, parts);
  const lines = unlogged === undefined ? await dropStaging(transaction.staging, parts.switching) : [unlogged];
  const barred = await tryToLower(begin.barrier);
  if (barred !== undefined) return { started: barred, lines };
  const started = stopped ? await startSystem(begin.programs, parts, log) : undefined;
  if (unlogged !== undefined) return { started, lines };
  const what = prepared.length === 0 ? 'nothing live was touched' : 'the old state is live';
  const how = prepared.length === 0 ? 'nothing changed' : 'rolled back';
  const notEnded = await tryToLog(() => log.write({ kind: 'ended', how, what }));
  return { started, lines: [...lines, ...(notEnded === undefined ? [] : [notEnded])] };
}

/**
 * What is staged holds what going back needs (accounts, logins): it may be dropped once it is on record that nobody has
 * to go back again. Resolves with why that could not be written: then all stays for the next recovery.
 */
async function goBack(transaction: Transaction, parts: TransactionParts): Promise<string | undefined> {
  const { log, prepared } = transaction;
  const stuck = await goBackAll(transaction, parts);
  if (stuck.length > 0) {
    throw new LifeboatError('rollback-failed', `could not go back by itself: ${stuck.join('; ')}`, {
      hint: `nothing of the old state was deleted; keep the system stopped, mend what is said, then run lifeboat-restore recover; each step with its command by hand: lifeboat-restore recover --show (${log.path})`,
    });
  }
  if (prepared.length === 0) return undefined;
  const unlogged = await tryToLog(() => transaction.allWentBack());
  return (
    unlogged && `${unlogged}; what was staged is still there: run lifeboat-restore recover when it can be`
  );
}
