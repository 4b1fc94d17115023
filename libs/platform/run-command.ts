import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LifeboatError, systemErrorCode } from './errors.ts';

/** At most this much of a program's output is kept for an error's message. */
const KEPT_OUTPUT = 4096;
/** How long a program that was asked to end may take before it is killed, in milliseconds. */
const GRACE_MS = 5000;

/**
 * Runs a program with its arguments, without a shell, and resolves when it ended with status 0. Throws
 * `command-failed` with the end of its output otherwise. Aborting ends the program and whatever it started,
 * and throws the signal's reason when it is gone. A service that the program leaves behind is not waited for.
 */
export async function runCommand(command: readonly string[], signal: AbortSignal): Promise<void> {
  const [program, ...args] = command;
  if (program === undefined) throw new LifeboatError('command-failed', 'the command is empty');
  signal.throwIfAborted();
  await using output = await openOutput();
  const status = await runToItsEnd({ program, args, output: output.handle?.fd }, signal);
  if (status === undefined) return;
  throw new LifeboatError(
    'command-failed',
    `${command.join(' ')} ended with ${status}: ${(await readEnd(output.handle)) || 'no output'}`,
  );
}

interface Output extends AsyncDisposable {
  /** Undefined where no temporary file can be made: the program runs all the same, its output is lost. */
  handle: FileHandle | undefined;
}

/**
 * A file and no pipe: a service that a start command leaves behind keeps its output open, which would make
 * the run wait for ever, and would be killed by its first line after this program ended.
 */
async function openOutput(): Promise<Output> {
  const path = join(tmpdir(), `lifeboat-output-${randomBytes(8).toString('hex')}`);
  const handle = (await openNameless()) ?? (await openNamed(path));
  return {
    handle,
    async [Symbol.asyncDispose]() {
      await handle?.close();
      await rm(path, { force: true });
    },
  };
}

/** O_TMPFILE of Linux (open(2)), which Node has no name for. */
const NAMELESS = constants.O_DIRECTORY | 0o20_000_000;

/** A file that never has a name: whoever kills this program leaves nothing behind. Undefined where there are none. */
async function openNameless(): Promise<FileHandle | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    return await open(tmpdir(), NAMELESS | constants.O_RDWR | constants.O_APPEND, 0o600);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}

async function openNamed(path: string): Promise<FileHandle | undefined> {
  try {
    const handle = await open(path, 'ax+', 0o600);
    if (process.platform !== 'win32') await rm(path);
    return handle;
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}

/** Resolves with how the program failed, or undefined if it did not. */
async function runToItsEnd(
  { program, args, output }: { program: string; args: string[]; output: number | undefined },
  signal: AbortSignal,
): Promise<string | undefined> {
  const out = output ?? 'ignore';
  const ownGroup = process.platform !== 'win32';
  const child = spawn(program, args, { stdio: ['ignore', out, out], windowsHide: true, detached: ownGroup });
  let grace: NodeJS.Timeout | undefined;
  const stop = (): void => {
    kill(child, 'SIGTERM');
    grace = setTimeout(() => kill(child, 'SIGKILL'), GRACE_MS);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const [code, killedBy] = await ended(child, program);
    if (code === 0) return undefined;
    signal.throwIfAborted();
    return killedBy ? `signal ${killedBy}` : `status ${code}`;
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(grace);
  }
}

function ended(child: ChildProcess, program: string): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code, killedBy) => resolve([code, killedBy]));
    child.once('error', (cause) =>
      reject(
        new LifeboatError(
          'command-failed',
          `cannot start ${program}: ${systemErrorCode(cause) ?? cause.message}`,
          { cause },
        ),
      ),
    );
  });
}

/** On Linux the whole group, since a shell does not pass the signal on to what it waits for. */
function kill(child: ChildProcess, how: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (process.platform === 'win32') child.kill(how);
    else process.kill(-child.pid, how);
  } catch (error) {
    // A program that took another user's rights (sudo) cannot be ended by us: its end is waited for.
    if (systemErrorCode(error) !== 'EPERM') throw error;
  }
}

async function readEnd(handle: FileHandle | undefined): Promise<string> {
  if (handle === undefined) return '';
  const { size } = await handle.stat();
  const start = Math.max(0, size - KEPT_OUTPUT);
  const buffer = Buffer.alloc(Math.min(size, KEPT_OUTPUT));
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
  return buffer.toString('utf8', 0, bytesRead).trim().replaceAll(/\r?\n/g, ' | ');
}
