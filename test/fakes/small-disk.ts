import { spawnSync } from 'node:child_process';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';

export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** What stands for the full disk here: a small file system where one can be mounted, else a limit for each file. */
  readonly kind: 'file system' | 'limit of file sizes';
  /** From now on at most so many more bytes can be written (each file, where it is a limit). */
  leave(bytes: number): Promise<void>;
  /** Takes that away again. */
  free(): Promise<void>;
}

/** A place of its own that runs full when a test wants it to. */
export async function smallDisk(path: string, bytes = 16 * 1024 * 1024): Promise<SmallDisk> {
  await mkdir(path);
  const mounted = run('mount', '-t', 'tmpfs', '-o', `size=${bytes},mode=0755`, 'tmpfs', path);
  return mounted ? mountedDisk(path) : limitedDisk(path);
}

function mountedDisk(path: string): SmallDisk {
  const filler = join(path, '.filler');
  return {
    path,
    kind: 'file system',
    async leave(bytes) {
      await rm(filler, { force: true });
      const file = await open(filler, 'wx');
      try {
        const { bavail, bsize } = await statfs(path);
        await file.writeFile(Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
      } finally {
        await file.close();
      }
    },
    free: () => rm(filler, { force: true }),
    async [Symbol.asyncDispose]() {
      if (!run('umount', path)) throw new Error(`${path} is still in use`);
    },
  };
}

function limitedDisk(path: string): SmallDisk {
  const limit = (soft: string): void => {
    if (!run('prlimit', '--pid', String(process.pid), `--fsize=${soft}:`)) {
      throw new Error('neither mount nor prlimit can make a full disk here');
    }
  };
  return {
    path,
    kind: 'limit of file sizes',
    leave: async (bytes) => limit(String(bytes)),
    free: async () => limit('unlimited'),
    [Symbol.asyncDispose]: async () => limit('unlimited'),
  };
}

/** A folder on a file system that may only be read, or undefined where none can be mounted. */
export async function readOnlyMount(path: string): Promise<AsyncDisposable | undefined> {
  await mkdir(path);
  if (!run('mount', '-t', 'tmpfs', '-o', 'size=64k,ro,mode=0755', 'tmpfs', path)) return undefined;
  return {
    async [Symbol.asyncDispose]() {
      if (!run('umount', path)) throw new Error(`${path} is still in use`);
    },
  };
}

function run(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
