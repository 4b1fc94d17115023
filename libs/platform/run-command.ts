import { spawn } from 'node:child_process';
import { LifeboatError, systemErrorCode } from './errors.ts';

/** At most this much of a program's output is kept for an error's message. */
const KEPT_OUTPUT = 4096;

/**
 * Runs a program with its arguments, without a shell, and resolves when it ended with status 0. Throws
 * `command-failed` with the end of its output otherwise. Aborting ends the program.
 */
export async function runCommand(command: readonly string[], signal: AbortSignal): Promise<void> {
  const [program, ...args] = command;
  if (program === undefined) throw new LifeboatError('command-failed', 'the command is empty');
  signal.throwIfAborted();
  const ended = await new Promise<{ status: string | undefined; output: string }>((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true, signal });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (cause) =>
      reject(
        signal.aborted
          ? signal.reason
          : new LifeboatError(
              'command-failed',
              `cannot start ${program}: ${systemErrorCode(cause) ?? cause.message}`,
              { cause },
            ),
      ),
    );
    child.once('close', (code, killedBy) =>
      resolve({
        status: code === 0 ? undefined : killedBy ? `signal ${killedBy}` : `status ${code}`,
        output,
      }),
    );
  });
  if (ended.status !== undefined) {
    throw new LifeboatError(
      'command-failed',
      `${command.join(' ')} ended with ${ended.status}: ${ended.output.trim().replaceAll('\n', ' | ') || 'no output'}`,
    );
  }
}
