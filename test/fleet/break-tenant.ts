import { spawnSync } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { smallDisk } from '../fakes/small-disk.ts';

/** What can be wrong with a tenant. */
export const BREAKAGES = ['damaged', 'missing', 'pipe', 'locked', 'full'] as const;

export type Breakage = (typeof BREAKAGES)[number];

/** Breaks a tenant for as long as what it returns is not disposed. */
export async function breakTenant(root: string, how: Breakage): Promise<AsyncDisposable> {
  const database = join(root, 'db', 'main.sqlite');
  switch (how) {
    case 'damaged':
      await damage(database);
      return nothing;
    case 'missing':
      await rm(database);
      return nothing;
    case 'pipe':
      await rm(database);
      if (spawnSync('mkfifo', [database]).status !== 0) throw new Error('mkfifo failed');
      return nothing;
    case 'locked':
      return lock(database);
    case 'full': {
      const disk = await smallDisk(join(root, 'backups'));
      if (disk.kind !== 'file system') throw new Error('a full disk needs the right to mount one');
      await disk.leave(0);
      return disk;
    }
  }
}

const nothing: AsyncDisposable = { [Symbol.asyncDispose]: async () => undefined };

/** In the middle of its pages, so that it can be opened. */
async function damage(database: string): Promise<void> {
  const file = await open(database, 'r+');
  const { size } = await file.stat();
  await file.write(Buffer.alloc(16_384, 0xa5), 0, 16_384, Math.floor(size / 2));
  await file.close();
}

/** As an application that hangs inside a transaction: nobody can even read. */
function lock(path: string): AsyncDisposable {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = DELETE; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  return {
    async [Symbol.asyncDispose]() {
      database.close();
    },
  };
}
