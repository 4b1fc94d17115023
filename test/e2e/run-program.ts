import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

const root = join(import.meta.dirname, '..', '..');

/** Runs one of the two programs from its sources, as a script would: no terminal, its output in pipes. */
export function runProgram(
  program: 'service' | 'restore',
  args: readonly string[],
  options: {
    env?: Record<string, string>;
    onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
    /** Called with all of standard output so far. */
    onOutput?: (text: string) => void;
    /** The same for standard error, where progress is told. */
    onProgress?: (text: string) => void;
  } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, 'apps', program, 'main.ts'), ...args], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
    options.onOutput?.(stdout);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
    options.onProgress?.(stderr);
  });
  options.onStart?.((signal) => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}
