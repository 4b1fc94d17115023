import { LifeboatError } from '#platform/errors.ts';
import { runCommand } from '#platform/run-command.ts';
import { type RestoreLogFile, tryToLog } from './restore-log.ts';
import type { RestoreParts } from './run-restore.ts';

/** Runs the system's stop command, if there is one; a system that does not stop is not restored over. */
export async function stopSystem(
  parts: RestoreParts,
  log: RestoreLogFile,
  signal: AbortSignal,
): Promise<void> {
  if (parts.stop === undefined) return;
  parts.onProgress({ stage: 'stopping the system', done: 0 });
  await log.before({
    what: `stop the system: ${parts.stop.join(' ')}`,
    goBack: parts.start === undefined ? 'start the system' : parts.start.join(' '),
  });
  try {
    await runCommand(parts.stop, signal);
  } catch (cause) {
    // It may have stopped half of the system.
    const started = await startSystem(parts, log);
    await tryToLog(() => log.end('the stop command did not succeed; nothing live was changed'));
    if (signal.aborted && started === undefined) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LifeboatError(
      'command-failed',
      `the system could not be stopped: ${reason}; nothing was changed${started === undefined ? '' : `, but ${started}`}`,
      {
        hint: 'stop the system by hand, or correct "stop" in sysbackup.conf, then restore again',
        cause,
      },
    );
  }
}

/** Runs the start command. A failure does not undo what was done before: it is said, with what to do. */
export async function startSystem(parts: RestoreParts, log: RestoreLogFile): Promise<string | undefined> {
  if (parts.start === undefined) return undefined;
  parts.onProgress({ stage: 'starting the system', done: 0 });
  const what = `start the system: ${parts.start.join(' ')}`;
  await tryToLog(() => log.before({ what, goBack: 'nothing to undo' }));
  try {
    await runCommand(parts.start, new AbortController().signal);
    return undefined;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return `the system's start command failed: ${reason}`;
  }
}
