import { LifeboatError } from '#platform/errors.ts';
import { runCommand } from '#platform/run-command.ts';
import type { RestoreLogFile } from './restore-log.ts';
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
    await log.end('the stop command failed; nothing live was changed');
    if (signal.aborted) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LifeboatError(
      'command-failed',
      `the system could not be stopped: ${reason}; nothing was changed`,
      {
        hint: 'stop the system by hand, or correct "stop" in sysbackup.conf, then restore again',
        cause,
      },
    );
  }
}

/** Runs the start command. A failure does not undo a restore that is complete: it is said, with what to do. */
export async function startSystem(parts: RestoreParts, log: RestoreLogFile): Promise<string | undefined> {
  if (parts.start === undefined) return undefined;
  parts.onProgress({ stage: 'starting the system', done: 0 });
  await log.before({ what: `start the system: ${parts.start.join(' ')}`, goBack: 'nothing to undo' });
  try {
    await runCommand(parts.start, new AbortController().signal);
    return undefined;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return `everything was restored, but the start command failed: ${reason}`;
  }
}
