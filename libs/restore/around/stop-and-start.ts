import { LifeboatError } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';
import { runCommand } from '#platform/run-command.ts';
import type { SystemPrograms } from '../log/log-record.ts';
import type { RestoreLogFile } from '../log/restore-log.ts';
import { tryToLog } from '../log/try-to-log.ts';
import type { Transaction } from '../logged-transaction.ts';
import type { TransactionParts } from '../transaction.ts';

/**
 * Runs the system's stop command, if there is one; a system that does not stop is not restored over. From here on it
 * counts as stopped: whatever comes, it is started again.
 */
export async function stopSystem(
  transaction: Transaction,
  { onProgress }: Pick<TransactionParts, 'onProgress'>,
  signal: AbortSignal,
): Promise<void> {
  const { stop } = transaction.begin.programs;
  await transaction.stopping();
  if (stop === undefined) return;
  onProgress({ stage: 'stopping the system', done: 0 });
  try {
    await runCommand(stop, signal);
  } catch (cause) {
    if (signal.aborted) throw cause;
    const reason = messageOf(cause);
    throw new LifeboatError('command-failed', `the system could not be stopped: ${reason}`, {
      hint: 'stop the system by hand, or correct "stop" in sysbackup.conf, then try again',
      cause,
    });
  }
}

/** Runs the start command. A failure does not undo what was done before: it is said, with what to do. */
export async function startSystem(
  { start }: SystemPrograms,
  { onProgress }: Pick<TransactionParts, 'onProgress'>,
  log: RestoreLogFile,
): Promise<string | undefined> {
  if (start === undefined) return undefined;
  onProgress({ stage: 'starting the system', done: 0 });
  const what = `start the system: ${start.join(' ')}`;
  await tryToLog(() => log.before({ what, goBack: 'nothing to undo' }));
  try {
    await runCommand(start, new AbortController().signal);
    return undefined;
  } catch (cause) {
    const reason = messageOf(cause);
    return `the system's start command failed: ${reason}`;
  }
}
