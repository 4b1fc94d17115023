import type { RunResult } from '#journal/run-result.ts';
import { stopSystem } from './around/stop-and-start.ts';
import { takeLocks } from './around/take-locks.ts';
import { endSwitched } from './end-switched.ts';
import { bringBackInPlace } from './in-place/bring-back-in-place.ts';
import type { InPlaceRecovery } from './in-place/recover-in-place.ts';
import type { BegunLog } from './log/list-restore-logs.ts';
import { type RestoreLogContent, readRestoreLog } from './log/read-restore-log.ts';
import { resumeRestoreLog } from './log/restore-log.ts';
import { loggedTransaction, type Transaction } from './logged-transaction.ts';
import { requireReach } from './require-reach.ts';
import { rollBack } from './roll-back.ts';
import type { TransactionParts } from './transaction.ts';

export type RecoverParts = TransactionParts & InPlaceRecovery;

/**
 * Ends a restore or an undo that was cut off. With its commit point on record it is finished; without it every target
 * goes back, the last one first: one rule for both, so an undo that was cut off ends in the state before the undo and
 * can be asked for again. May be cut off and repeated. Where a server cannot be signed in to, nothing is changed and
 * the system stays stopped.
 */
export async function recover(
  { path, begin, startedAt, run }: BegunLog,
  parts: RecoverParts,
  signal: AbortSignal,
): Promise<RunResult> {
  await using _locks = await takeLocks([begin.system.id, ...begin.alsoLocked], parts, 'a recovery');
  // It may have ended while its lock was waited for.
  const content = await readRestoreLog(path);
  if (content.ended !== undefined)
    return result(`${begin.operation} ${run} has ended: ${content.ended.what}`);
  await using log = await resumeRestoreLog(content, parts);
  const transaction = loggedTransaction(log, { ...content, begin });
  const what = `the ${begin.operation} ${run}, begun ${startedAt} and cut off,`;
  if (content.switched) return await finished(what, transaction, parts);
  return await broughtBack(what, content, transaction, parts, signal);
}

async function finished(what: string, transaction: Transaction, parts: TransactionParts): Promise<RunResult> {
  const { problems, lines } = await endSwitched(transaction, parts);
  const live = transaction.begin.operation === 'undo' ? 'the state of before it' : 'the restored state';
  const message = `${what} was complete and is finished: ${live} is live`;
  if (problems.length === 0) return result(message, lines);
  const hint = `mend what is said, or go back with lifeboat-restore undo ${transaction.log.run}`;
  return { state: 'incomplete', message: `${message}, but ${problems.join('; ')}`, hint, lines };
}

async function broughtBack(
  what: string,
  content: RestoreLogContent,
  transaction: Transaction,
  parts: RecoverParts,
  signal: AbortSignal,
): Promise<RunResult> {
  const { prepared, staging } = content;
  const meanwhile = 'and the system stays stopped';
  await requireReach([...staging, ...prepared], parts, { command: 'recover', meanwhile }, signal);
  if (transaction.begin.operation === 'in-place') {
    const late = await bringBackInPlace(content, transaction, parts, signal);
    return withStart(`${what} is taken back: what was live before is live`, late, []);
  }
  // It may have been started by hand since, or by itself.
  const moved = !content.allBack && (await anyMoved(prepared, parts, signal));
  if (moved) await stopSystem(transaction, parts, signal);
  const { started, lines } = await rollBack(transaction, parts);
  const state = transaction.begin.operation === 'undo' ? 'the state before the undo' : 'the old state';
  const message = `${what} is rolled back: ${prepared.length === 0 ? 'nothing live had been touched' : `${state} is live`}`;
  return withStart(message, started, lines);
}

function withStart(message: string, started: string | undefined, lines: string[]): RunResult {
  if (started === undefined) return result(message, lines);
  const hint = 'start the system by hand';
  return { state: 'incomplete', message: `${message}, but ${started}`, hint, lines };
}

async function anyMoved(
  records: RestoreLogContent['prepared'],
  { switching }: TransactionParts,
  signal: AbortSignal,
): Promise<boolean> {
  for (const record of records) {
    await using target = await switching.switched(record, signal);
    if ((await target.look(signal)) !== 'before') return true;
  }
  return false;
}

function result(message: string, lines: string[] = []): RunResult {
  return { state: 'done', message, lines };
}
