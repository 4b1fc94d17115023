import { LifeboatError } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';
import type { Transaction } from './logged-transaction.ts';
import { rollBack } from './roll-back.ts';
import { sayUntouched } from './say-untouched.ts';
import type { TransactionParts } from './transaction.ts';

/**
 * Does what comes before the commit point. If it fails, everything is brought back first; then the error says that
 * it is, or as `rollback-failed` that it is not.
 */
export async function orRollBack<T>(
  transaction: Transaction,
  parts: TransactionParts,
  attempt: () => Promise<T>,
): Promise<T> {
  try {
    return await attempt();
  } catch (cause) {
    throw await rolledBack(cause, transaction, parts);
  }
}

async function rolledBack(
  cause: unknown,
  transaction: Transaction,
  parts: TransactionParts,
): Promise<unknown> {
  const { operation } = transaction.begin;
  try {
    const { started, lines } = await rollBack(transaction, parts);
    const clean = lines.length === 0;
    if (clean && !transaction.stopped && transaction.prepared.length === 0) return sayUntouched(cause);
    if (!(cause instanceof Error) || (isStop(cause) && clean && started === undefined)) return cause;
    const state =
      transaction.prepared.length === 0
        ? 'nothing was changed'
        : `everything is back as it was before the ${operation}`;
    return said(
      cause,
      [`${messageOf(cause)}; ${state}`, ...(started === undefined ? [] : [started]), ...lines].join(', but '),
      started,
    );
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.code !== 'rollback-failed') throw error;
    return new LifeboatError(
      'rollback-failed',
      `the ${operation} failed (${messageOf(cause)}) and ${error.message}`,
      { ...(error.hint === undefined ? {} : { hint: error.hint }), cause },
    );
  }
}

function said(cause: Error, message: string, started: string | undefined): LifeboatError {
  const known = cause instanceof LifeboatError ? cause : undefined;
  const code = known?.code === 'rollback-failed' ? 'switch-failed' : (known?.code ?? 'switch-failed');
  const hint = started === undefined ? known?.hint : 'start the system by hand';
  return new LifeboatError(code, message, { ...(hint === undefined ? {} : { hint }), cause });
}

function isStop(cause: Error): boolean {
  return cause instanceof LifeboatError && cause.code === 'interrupted';
}
