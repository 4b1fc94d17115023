import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** A machine on which nothing else is installed, for executables that have to run there. */
export interface BareMachine extends AsyncDisposable {
  /** How it is kept apart, for the test's output. */
  readonly how: string;
  /** Where a path of the machine lies for the test. */
  outside(path: string): string;
  /** The same path as the machine's programs see it. */
  inside(path: string): string;
  /** Runs an installed program from `/` with no environment but the given one. */
  run(
    program: string,
    args: readonly string[],
    environment?: Record<string, string>,
  ): SpawnSyncReturns<string>;
  /** Starts one that goes on running; its standard output is a pipe. The caller ends it. */
  start(program: string, args: readonly string[]): ChildProcess;
}

/**
 * As root a chroot that holds the given executables and the shared libraries they are linked against, nothing
 * else: no shell, no Node, no /etc, /tmp, /proc or /dev. Without root's rights the executables run where they
 * are, with an empty environment.
 */
export async function bareMachine(executables: readonly string[]): Promise<BareMachine> {
  const root = await mkdtemp(join(tmpdir(), 'lifeboat-bare-'));
  const isolated = process.getuid?.() === 0;
  for (const file of executables) {
    await install(file, join(root, 'bin', basename(file)));
    if (isolated) for (const library of librariesOf(file)) await install(library, join(root, library));
  }
  const inside = (path: string): string => (isolated ? path : join(root, path));
  // chroot by its full name, since the environment it gets has no PATH.
  const commandOf = (program: string, args: readonly string[]): [string, string[]] => {
    const file = inside(join('/bin', program));
    return isolated ? ['/usr/sbin/chroot', [root, file, ...args]] : [file, [...args]];
  };
  return {
    how: isolated ? 'a chroot with their shared libraries only' : 'an empty environment (no root, no chroot)',
    outside: (path) => join(root, path),
    inside,
    run: (program, args, environment = {}) =>
      spawnSync(...commandOf(program, args), {
        cwd: '/',
        env: environment,
        encoding: 'utf8',
        timeout: 60_000,
      }),
    start: (program, args) =>
      spawn(...commandOf(program, args), { cwd: '/', env: {}, stdio: ['ignore', 'pipe', 'inherit'] }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

async function install(file: string, place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  await copyFile(file, place);
}

/** The loader included; the kernel's own vdso has no file. */
function librariesOf(executable: string): string[] {
  const { stdout } = spawnSync('ldd', [executable], { encoding: 'utf8' });
  const found = stdout.split('\n').flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);
  if (found.length === 0) throw new Error(`ldd named no library of ${executable}: ${stdout}`);
  return found;
}
