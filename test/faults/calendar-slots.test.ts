import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileAccess } from '#archive/file-access.ts';
import { openArchive } from '#archive/open-archive.ts';
import { verifyArchive } from '#archive/verify-archive.ts';
import { listArchives } from '#catalog/list-archives.ts';
import { folderDestination } from '#destinations/folder-destination.ts';
import { NEVER } from '../fakes/backup-parts.ts';
import { type TemporaryFolder, temporaryFolder } from '../fakes/temporary-folder.ts';

const root = join(import.meta.dirname, '..', '..');

interface System {
  backups: string;
  /** Writes other content of the same size, so that the archive has the same size as the one before. */
  change(): Promise<void>;
  /** The real program; killed before its n-th change below the backup path once it is about to publish. Resolves with the signal that ended it. */
  backUp(killAt?: number): Promise<NodeJS.Signals | null>;
}

async function makeSystem(folder: TemporaryFolder, links: string): Promise<System> {
  const backups = folder.file('backups');
  await mkdir(backups);
  const conf = folder.file('sysbackup.conf');
  const key = folder.file('enckey');
  await writeFile(
    conf,
    `[system]\nid = 0190-door\nname = Door\nroot = ${folder.path}\nversion = 1\n[file enckey]\npath = enckey\n[backup]\npath = ${backups}\nstate = ${folder.file('state')}\nnaming = calendar\nprefix = BT8\ncompression = None\n`,
  );
  return {
    backups,
    change: () => writeFile(key, randomBytes(20_000)),
    async backUp(killAt) {
      const preload = join(root, 'test', 'fakes', 'kill-at-step.ts');
      const main = join(root, 'apps', 'service', 'main.ts');
      const child = spawn(process.execPath, ['--import', preload, main, '--conf', conf, 'backup'], {
        env: {
          ...process.env,
          KILL_FOLDER: backups,
          // Where a second name is made ready for the archive, which was read back by then.
          KILL_FROM: '.twin',
          KILL_AT: String(killAt ?? ''),
          KILL_LINKS: links,
        },
        stdio: 'ignore',
      });
      const [status, signal] = await once(child, 'exit');
      if (signal === null) expect(status).toBe(0);
      return signal;
    },
  };
}

/** The number of the archive under each slot's name, by its own manifest, once all of it was read back. */
async function wholeArchives(backups: string): Promise<Record<string, number>> {
  const numbers: Record<string, number> = {};
  for (const name of await readdir(backups)) {
    if (!name.endsWith('.zip')) continue;
    await using archive = await openArchive(await fileAccess(join(backups, name)), NEVER);
    const { good } = await verifyArchive(archive, { signal: NEVER, onProgress: () => undefined });
    if (good) numbers[name] = archive.manifest.number;
  }
  return numbers;
}

// Killed before each change of the file system in turn, from the first that publishing makes, until a run has fewer.
test.each(['shared', 'none'])(
  '[BT-03] a program that is killed at any step leaves the old file or the new one under each name (hard links: %s)',
  { timeout: 120_000 },
  async (links) => {
    await using folder = await temporaryFolder();
    const system = await makeSystem(folder, links);
    await system.change();
    expect(await system.backUp()).toBeNull();
    const names = Object.keys(await wholeArchives(system.backups)).sort();
    expect(names).toEqual([
      expect.stringMatching(/^BT8_D_\d+\.zip$/),
      expect.stringMatching(/^BT8_M_\d+\.zip$/),
    ]);

    const states = new Set<string>();
    let killed = 0;
    for (let step = 1; ; step += 1) {
      const before = await wholeArchives(system.backups);
      const newest = Math.max(...Object.values(before));
      const isNew = (name: string): boolean => (after[name] ?? 0) > newest;
      await system.change();
      const signal = await system.backUp(step);
      const after = await wholeArchives(system.backups);
      expect(Object.keys(after)).toEqual(expect.arrayContaining(names));
      for (const name of names) expect(isNew(name) || after[name] === before[name]).toBe(true);
      states.add(names.map((name) => (isNew(name) ? 'new' : 'old')).join(' '));
      // What list says of each file is about that file, whichever it is.
      const listed = await listArchives(folderDestination(system.backups), NEVER);
      for (const { file, summary } of listed)
        expect([file.name, summary?.number]).toEqual([file.name, after[file.name]]);
      if (signal === null) break;
      expect(signal).toBe('SIGKILL');
      killed += 1;
    }
    // It was killed before the first name changed, between the two, and after the second.
    expect(killed).toBeGreaterThan(10);
    expect([...states].sort()).toEqual(['new new', 'new old', 'old old']);
  },
);
