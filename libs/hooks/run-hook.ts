import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { endTree } from '#platform/end-tree.ts';
import { systemErrorCode } from '#platform/errors.ts';
import type { Hook, HookEnd } from './hook.ts';
import { type OutputTail, outputTail } from './output-tail.ts';

/** How long a hook that was asked to end may take before it is killed, and then to be gone, in milliseconds. */
const GRACE_MS = 1000;
/** How long the last of its output is waited for after its end, in milliseconds. */
const LAST_WORDS_MS = 250;

/**
 * Runs a hook without a shell in a process group of its own, so that what it does to its group does not reach
 * us. Resolves with how it ended, some two seconds after its time limit or the signal at the latest, whatever
 * it does; what it started is ended with it then. What it leaves running after an end of its own goes on.
 * `environment` is what it gets besides its own variables.
 */
export async function runHook(
  hook: Hook,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<HookEnd> {
  if (signal.aborted) return { how: 'stopped', lines: [] };
  const output = outputTail();
  const timeLimit = AbortSignal.timeout(hook.timeLimitMs);
  try {
    const child = start(hook, environment, output);
    const end = await endOf(child, AbortSignal.any([signal, timeLimit]));
    const lines = output.lines();
    if (signal.aborted) return { how: 'stopped', lines };
    if (timeLimit.aborted) return { how: 'too long', lines };
    return 'status' in end ? { how: 'ended', ...end, lines } : { how: 'killed', ...end, lines };
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    return { how: 'not started', reason: code, lines: [] };
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

function start(hook: Hook, environment: NodeJS.ProcessEnv, output: OutputTail): Child {
  const [program = '', ...args] = hook.command;
  const child = spawn(program, args, {
    env: { ...environment, ...hook.variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => output.add(chunk));
    // What ended it shows in its exit.
    stream.on('error', () => undefined);
  }
  return child;
}

async function endOf(child: Child, stop: AbortSignal): Promise<{ status: number } | { by: string }> {
  const gone = new AbortController();
  const exit = exitOf(child).finally(() => gone.abort());
  exit.catch(() => undefined);
  const stopped = new Promise<void>((resolve) =>
    stop.addEventListener('abort', () => resolve(), { once: true }),
  );
  await Promise.race([exit, stopped]);
  if (!stop.aborted) {
    await lastWords(child);
    return await exit;
  }
  endTree(child, 'SIGTERM');
  await waitFor(gone.signal);
  // Also where it is gone: what it started may not have listened.
  endTree(child, 'SIGKILL');
  await waitFor(gone.signal);
  letGo(child);
  return { by: 'SIGKILL' };
}

function exitOf(child: Child): Promise<{ status: number } | { by: string }> {
  return new Promise((resolve, reject) => {
    child.once('exit', (status, by) => resolve(status === null ? { by: by ?? 'unknown' } : { status }));
    child.once('error', reject);
  });
}

async function waitFor(gone: AbortSignal): Promise<void> {
  try {
    await sleep(GRACE_MS, undefined, { signal: gone });
  } catch (error) {
    if (!gone.aborted) throw error;
  }
}

/**
 * Its output may come a little after its exit. What it left running keeps the pipe: that goes on being read,
 * so that its next line does not end it, but nothing waits for it.
 */
async function lastWords(child: Child): Promise<void> {
  const closed = new AbortController();
  child.once('close', () => closed.abort());
  if (child.stdout.closed && child.stderr.closed) return;
  try {
    await sleep(LAST_WORDS_MS, undefined, { signal: closed.signal });
    letGo(child);
  } catch (error) {
    if (!closed.signal.aborted) throw error;
  }
}

function letGo(child: Child): void {
  child.unref();
  for (const stream of [child.stdout, child.stderr]) {
    stream.removeAllListeners('data');
    stream.resume();
    (stream as Socket).unref();
  }
}
