import {
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { fileSource } from '#sources/files/file-source.ts';
import { folderSource } from '#sources/files/folder-source.ts';
import type { Source } from '#sources/source.ts';
import { sqliteSource } from '#sources/sqlite/sqlite-source.ts';
import { NEVER } from '../../fakes/saved-set.ts';
import { smallDisk } from '../../fakes/small-disk.ts';
import { type TemporaryFolder, temporaryFolder } from '../../fakes/temporary-folder.ts';

/** As if so many minutes had passed: what was written a moment ago has settled. */
function clockIn(minutes: number) {
  return {
    now: () => Temporal.Now.instant().add({ minutes }),
    zone: () => 'UTC',
    elapsed: () => 0,
  };
}

async function fingerprintOf(source: Source): Promise<string | undefined> {
  await using view = await source.freeze(NEVER);
  return view.components[0]?.fingerprint;
}

const common = (folder: TemporaryFolder, minutes: number) => ({
  importance: 'normal' as const,
  workFolder: folder.file('work'),
  clock: clockIn(minutes),
});

function folderAt(folder: TemporaryFolder, minutes = 10, path = folder.file('data')): Source {
  return folderSource({
    name: 'data',
    path,
    exclude: ['*.tmp'],
    neverInside: [],
    ...common(folder, minutes),
  });
}

function makeFolder(folder: TemporaryFolder): string {
  const path = folder.file('data');
  mkdirSync(join(path, 'sub'), { recursive: true });
  writeFileSync(join(path, 'a'), 'content of a');
  utimesSync(join(path, 'a'), 1, 1);
  writeFileSync(join(path, 'sub/b'), 'content of b');
  symlinkSync('a', join(path, 'link'));
  return path;
}

test('[FD-21] a folder as it was has the same fingerprint; what is not saved changes nothing', async () => {
  await using folder = await temporaryFolder();
  const path = makeFolder(folder);
  const first = await fingerprintOf(folderAt(folder));
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  writeFileSync(join(path, 'x.tmp'), 'excluded, but it gives the folder another time');
  expect(await fingerprintOf(folderAt(folder))).toBe(first);
});

test.each<[string, (path: string) => void]>([
  ['content of the same size', (path) => writeFileSync(join(path, 'a'), 'CONTENT OF A')],
  [
    'content, with its old time set again',
    (path) => {
      writeFileSync(join(path, 'a'), 'CONTENT OF A');
      utimesSync(join(path, 'a'), 1, 1);
    },
  ],
  ['a new file', (path) => writeFileSync(join(path, 'c'), '')],
  ['a file less', (path) => rmSync(join(path, 'sub/b'))],
  ['another name', (path) => renameSync(join(path, 'a'), join(path, 'aa'))],
  [
    'two that changed places',
    (path) => {
      renameSync(join(path, 'a'), join(path, 'x'));
      renameSync(join(path, 'sub/b'), join(path, 'a'));
      renameSync(join(path, 'x'), join(path, 'sub/b'));
    },
  ],
  [
    'one that was replaced by a copy',
    (path) => {
      writeFileSync(join(path, 'new'), 'content of a');
      renameSync(join(path, 'new'), join(path, 'a'));
    },
  ],
  ['a mode', (path) => chmodSync(join(path, 'a'), 0o600)],
  ['the mode of a folder', (path) => chmodSync(join(path, 'sub'), 0o700)],
  ['a second name', (path) => linkSync(join(path, 'a'), join(path, 'sub/second'))],
  [
    'where a link leads',
    (path) => {
      rmSync(join(path, 'link'));
      symlinkSync('b', join(path, 'link'));
    },
  ],
  ['an empty folder', (path) => mkdirSync(join(path, 'empty'))],
])('[FD-21] a folder with another fingerprint: %s', async (_what, change) => {
  await using folder = await temporaryFolder();
  const path = makeFolder(folder);
  const first = await fingerprintOf(folderAt(folder));
  change(path);
  const second = await fingerprintOf(folderAt(folder));
  expect(first).toBeDefined();
  expect(second).toBeDefined();
  expect(second).not.toBe(first);
});

test('[FD-21] what was written a moment ago, or lies where times prove nothing, has none', async () => {
  await using folder = await temporaryFolder();
  const path = makeFolder(folder);
  expect(await fingerprintOf(folderAt(folder, 0))).toBeUndefined();
  expect(await fingerprintOf(folderAt(folder, 1))).toBeUndefined();
  expect(await fingerprintOf(folderAt(folder, 3))).toBeDefined();
  await using disk = await smallDisk(folder.file('memory'));
  if (disk.kind === 'file system') {
    writeFileSync(join(disk.path, 'a'), 'in memory');
    expect(await fingerprintOf(folderAt(folder, 10, disk.path))).toBeUndefined();
    // One that is reached through the folder counts as well.
    symlinkSync(path, join(disk.path, 'elsewhere'));
    expect(await fingerprintOf(folderAt(folder, 10, join(disk.path, 'elsewhere')))).toBeDefined();
  }
});

test('[FD-21] a file: the same and another', async () => {
  await using folder = await temporaryFolder();
  const path = join(makeFolder(folder), 'a');
  const file = () => fingerprintOf(fileSource({ name: 'a', path, ...common(folder, 10) }));
  const first = await file();
  expect(first).toBeDefined();
  expect(await file()).toBe(first);
  writeFileSync(path, 'CONTENT OF A');
  expect(await file()).not.toBe(first);
});

test('[FD-21] an optional part that is not there holds nothing, one that should be there is no proof', async () => {
  await using folder = await temporaryFolder();
  const path = folder.file('nowhere');
  const all = (importance: 'optional' | 'normal') => {
    const options = { name: 'x', path, ...common(folder, 10), importance };
    return Promise.all(
      [
        folderSource({ ...options, exclude: [], neverInside: [] }),
        fileSource(options),
        sqliteSource(options),
      ].map(fingerprintOf),
    );
  };
  expect(await all('optional')).toEqual(['nothing', 'nothing', 'nothing']);
  expect(await all('normal')).toEqual([undefined, undefined, undefined]);
});

test.each(['delete', 'wal'])(
  '[FD-21] an SQLite database (%s): the same until it is written to',
  async (mode) => {
    await using folder = await temporaryFolder();
    const path = folder.file('app.db');
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA journal_mode = ${mode}; CREATE TABLE t (a); INSERT INTO t VALUES (1)`);
    const sqlite = () => fingerprintOf(sqliteSource({ name: 'app', path, ...common(folder, 10) }));
    const first = await sqlite();
    expect(first).toBeDefined();
    expect(await sqlite()).toBe(first);
    database.exec('UPDATE t SET a = 2');
    const second = await sqlite();
    expect(second).not.toBe(first);
    // Closed, what was in the log is in the file.
    database.close();
    const idle = await sqlite();
    expect(idle).toBeDefined();
    expect(await sqlite()).toBe(idle);
    const file = openSync(path, 'r+');
    writeSync(file, 'x', 90);
    closeSync(file);
    expect(await sqlite()).not.toBe(idle);
  },
);
