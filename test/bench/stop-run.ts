import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchSystem } from './bench-system.ts';

/** How far a backup is, as it shows from outside. Sizes in bytes, times in milliseconds. */
export interface Look {
  /** As the program names it on standard error; empty before the first one. */
  stage: string;
  /** Since that stage began. */
  since: number;
  /** The archive while it is being made. */
  draft: number;
  /** Copies of SQLite databases. */
  copies: number;
  /** Published archives. */
  archives: number;
}

export interface StoppedRun {
  /** What showed when the signal was sent. */
  at: Look;
  /** Milliseconds from the signal to the final line, and to the end of the process. */
  told: number;
  gone: number;
  status: number | null;
  /** `interrupted`, `done`: how the final line says it ended. */
  outcome: string;
}

const LOOK_MS = 5;

/** Starts a backup and sends SIGTERM once it is at `moment`. Undefined if the run ended before. `onStop` is awaited first. */
export async function stopRun(
  system: BenchSystem,
  o: { moment: (look: Look) => boolean; onStop?: () => Promise<void>; signal: AbortSignal },
): Promise<StoppedRun | undefined> {
  const [program, args] = system.command('backup');
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  const kill = () => void child.kill('SIGKILL');
  o.signal.addEventListener('abort', kill, { once: true });
  let stage = '';
  let began = performance.now();
  let told = Number.NaN;
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => {
    told = performance.now();
    stdout += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (/stopping/.test(chunk.toString('utf8'))) return;
    stage = chunk.toString('utf8').trim().split('\n').at(-1) ?? '';
    began = performance.now();
  });
  try {
    for (;;) {
      const at: Look = { stage, since: performance.now() - began, ...(await sizes(system)) };
      o.signal.throwIfAborted();
      if (child.exitCode !== null) return undefined;
      if (o.moment(at)) {
        await o.onStop?.();
        const asked = performance.now();
        child.kill('SIGTERM');
        const [status] = await ended;
        const gone = performance.now();
        const outcome = /^backup (\w+) after/m.exec(stdout)?.[1] ?? 'none';
        return { at, told: told - asked, gone: gone - asked, status, outcome };
      }
      await sleep(LOOK_MS);
    }
  } finally {
    o.signal.removeEventListener('abort', kill);
    kill();
    await ended;
  }
}

/** What a stopped run must not leave: drafts, work copies. Relative paths. */
export async function leftBehind(system: BenchSystem): Promise<string[]> {
  const below = async (folder: string) =>
    (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  const drafts = (await below(join(system.backups, '.lifeboat'))).filter((path) => path.endsWith('.part'));
  return [...drafts, ...(await below(join(system.state, 'work')))];
}

async function sizes(system: BenchSystem): Promise<Pick<Look, 'draft' | 'copies' | 'archives'>> {
  const own = join(system.backups, '.lifeboat');
  const drafts = (await names(own)).filter((name) => name.endsWith('.drafts'));
  const work = join(system.state, 'work');
  const copies = (await names(work, true)).filter((name) => name.endsWith('database'));
  return {
    draft: await sumOf(own, (await Promise.all(drafts.map((name) => named(own, name)))).flat()),
    copies: await sumOf(work, copies),
    archives: (await names(system.backups)).filter((name) => name.endsWith('.zip')).length,
  };
}

const names = (folder: string, recursive = false): Promise<string[]> =>
  readdir(folder, { recursive }).catch(() => []);

const named = async (own: string, name: string): Promise<string[]> =>
  (await names(join(own, name))).map((draft) => join(name, draft));

async function sumOf(folder: string, paths: readonly string[]): Promise<number> {
  const found = await Promise.all(paths.map((path) => stat(join(folder, path)).catch(() => undefined)));
  return found.reduce((sum, facts) => sum + (facts?.size ?? 0), 0);
}
