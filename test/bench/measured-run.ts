import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface MeasuredRun {
  seconds: number;
  /** The most memory that the process itself held at once, in bytes; of a shell that is the shell's own. */
  peakMemory: number;
  /** Stages as the program names them on standard error, in order, with their seconds. */
  stages: { name: string; seconds: number }[];
  stdout: string;
}

/** How often the kernel's high-water mark is read; what a process reserves after the last look is not seen. */
const LOOK_MS = 20;

/**
 * Runs a program to its end and measures it from outside, as a user would. What earlier runs left unwritten
 * is written to disk first, so that it is not paid for here. Throws with its output unless it ends with 0.
 */
export async function measuredRun(
  command: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<MeasuredRun> {
  await promisify(execFile)('sync');
  const began = performance.now();
  signal.throwIfAborted();
  // A group of its own, so that all of a shell's pipeline can be stopped.
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const stop = () => void (child.pid && process.kill(-child.pid, 'SIGTERM'));
  signal.addEventListener('abort', stop, { once: true });
  const ended = once(child, 'close');
  let stdout = '';
  let stderr = '';
  const marks: { name: string; at: number }[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
    for (const name of chunk.toString('utf8').trim().split('\n')) marks.push({ name, at: performance.now() });
  });
  let peakMemory = 0;
  const look = setInterval(async () => {
    peakMemory = Math.max(peakMemory, await highWaterMark(child.pid));
  }, LOOK_MS);
  try {
    const [status] = await ended;
    const end = performance.now();
    // Only now that it writes no more: its folder is removed next.
    signal.throwIfAborted();
    if (status !== 0) throw new Error(`${command} ended with status ${status}:\n${stdout}${stderr}`);
    const stages = marks.map(({ name, at }, i) => ({
      name,
      seconds: ((marks[i + 1]?.at ?? end) - at) / 1000,
    }));
    return { seconds: (end - began) / 1000, peakMemory, stages, stdout };
  } finally {
    clearInterval(look);
    signal.removeEventListener('abort', stop);
  }
}

/** 0 once the process has ended. */
async function highWaterMark(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
