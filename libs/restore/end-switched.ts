import { messageOf } from '#platform/message-of.ts';
import { runCommand } from '#platform/run-command.ts';
import type { SwitchRecord } from '#sources/restore-target.ts';
import { startSystem } from './around/stop-and-start.ts';
import { tryToLower } from './around/try-to-lower.ts';
import { wayOf } from './in-place/way-of.ts';
import { keptStates } from './kept/kept-states.ts';
import type { LoggedKept, SystemPrograms } from './log/log-record.ts';
import { tryToLog } from './log/try-to-log.ts';
import type { Transaction } from './logged-transaction.ts';
import type { TransactionParts } from './transaction.ts';

/** How the system took it. */
export interface SystemEnd {
  /** What went wrong after the new state was live, a line each: it stays live all the same. */
  problems: string[];
  /** What a person should know. */
  lines: string[];
  /** The system's check says that it does not work with what is live now. */
  checkFailed: boolean;
  kept: LoggedKept[];
}

/**
 * Ends what has been switched over: makes the old sign-in sessions void (BS-25), lets the system start, has it checked.
 * Nothing of it goes back. May be cut off and repeated.
 */
export async function endSwitched(
  { log, begin, prepared }: Pick<Transaction, 'log' | 'begin' | 'prepared'>,
  parts: Pick<TransactionParts, 'onProgress' | 'switching'>,
): Promise<SystemEnd> {
  const { programs } = begin;
  const problems: string[] = [];
  // Before the start: a session of then must not be let in once.
  const hook = await runAfterRestore(programs, parts);
  if (hook.problem !== undefined) problems.push(hook.problem);
  const barred = await tryToLower(begin.barrier);
  if (barred !== undefined) {
    return { problems: [...problems, barred], lines: [hook.line], checkFailed: false, kept: [] };
  }
  const started = await startSystem(programs, parts, log);
  if (started !== undefined) problems.push(started);
  const failed = started === undefined ? await runCheck(programs, parts) : undefined;
  if (failed !== undefined) problems.push(failed);
  // In place nothing is kept but the safety archive.
  const inPlace = begin.operation === 'in-place';
  const left = inPlace ? await forgetEmpty(prepared, parts) : [];
  const kept = inPlace ? [] : await keptStates(prepared, parts);
  const what = begin.operation === 'undo' ? 'the state of before is live' : 'the restored state is live';
  const unlogged = await tryToLog(() => log.write({ kind: 'ended', how: 'done', what, kept }));
  return {
    problems,
    lines: [
      hook.line,
      ...left,
      ...(unlogged === undefined ? [] : [`${unlogged}: run lifeboat-restore recover when it can be`]),
    ],
    checkFailed: failed !== undefined,
    kept,
  };
}

/** In place what is kept of the old state is empty. What of it cannot be dropped hinders nothing and is told. */
async function forgetEmpty(
  records: readonly SwitchRecord[],
  { switching }: Pick<TransactionParts, 'switching'>,
): Promise<string[]> {
  const troubles: string[] = [];
  for (const record of records) {
    try {
      await wayOf(record, switching).forget();
    } catch (error) {
      troubles.push(`what is left of ${record.target} could not be dropped: ${messageOf(error)}`);
    }
  }
  return troubles;
}

async function runAfterRestore(
  { afterRestore }: SystemPrograms,
  { onProgress }: Pick<TransactionParts, 'onProgress'>,
): Promise<{ line: string; problem: string | undefined }> {
  const anew = "make the system's users sign in anew";
  if (afterRestore === undefined) {
    return {
      line: `sign-in sessions of before the backup may be live again, and no after_restore is set in [hooks]: ${anew}`,
      problem: undefined,
    };
  }
  onProgress({ stage: 'running the hook after_restore', done: 0 });
  const failed = await timed(afterRestore);
  if (failed === undefined) {
    return { line: 'the hook after_restore ran: sign-in sessions of before are void', problem: undefined };
  }
  return {
    line: `sign-in sessions of before the backup may be live again: ${anew}`,
    problem: `the hook after_restore failed: ${failed}`,
  };
}

async function runCheck(
  { check }: SystemPrograms,
  { onProgress }: Pick<TransactionParts, 'onProgress'>,
): Promise<string | undefined> {
  if (check === undefined) return undefined;
  onProgress({ stage: 'checking the system', done: 0 });
  const failed = await timed(check);
  return failed === undefined ? undefined : `the system's check failed: ${failed}`;
}

/** Resolves with why it failed. `timeLimit` in seconds. */
async function timed({
  command,
  timeLimit,
}: {
  command: readonly string[];
  timeLimit: number;
}): Promise<string | undefined> {
  const limit = AbortSignal.timeout(timeLimit * 1000);
  try {
    await runCommand(command, limit);
    return undefined;
  } catch (error) {
    if (limit.aborted) return `${command.join(' ')} had not ended after ${timeLimit} seconds`;
    return messageOf(error);
  }
}
