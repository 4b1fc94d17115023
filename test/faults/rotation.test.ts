import { copyFile, mkdir, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runBackup } from '#backup/run-backup.ts';
import { listArchives } from '#catalog/list-archives.ts';
import { backupParts, NEVER, SYSTEM_ID, type TestParts } from '../fakes/backup-parts.ts';
import { type PlainSource, plainSource } from '../fakes/plain-source.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';

interface Place extends AsyncDisposable {
  folder: string;
  source: PlainSource;
  /** A backup as a program that was started for it alone: nothing is remembered but what lies on the disk. */
  backUp(keep: number): Promise<unknown>;
  own(): Promise<number[]>;
}

async function place(): Promise<Place> {
  const temporary = await temporaryFolder();
  const folder = temporary.file('backups');
  await mkdir(folder);
  const source = plainSource('images', { 'a.jpg': Buffer.from('image') });
  let hours = 0;
  const fresh = (keep: number): TestParts => {
    const state = temporary.file('state');
    const parts = backupParts({ destination: folder, state, sources: [source], retention: { keep } });
    hours += 1;
    parts.clock.pass(hours * 3600);
    return parts;
  };
  return {
    folder,
    source,
    backUp: (keep) => runBackup(fresh(keep), NEVER),
    own: async () =>
      (await listArchives(fresh(1).destination, NEVER))
        .filter((entry) => entry.summary?.systemId === SYSTEM_ID && !entry.renamed)
        .map((entry) => entry.summary?.number ?? 0),
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  };
}

const zips = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith('.zip')).sort();

// Story 5: failed or zero-size sets evicted good ones; all good sets gone while new ones failed.
test('failed, empty and damaged sets push out no good one, however many they are', async () => {
  await using here = await place();
  for (let i = 0; i < 3; i += 1) await here.backUp(3);
  const good = await zips(here.folder);
  let failed = 0;
  for (const fault of ['freeze', 'read'] as const) {
    for (let i = 0; i < 4; i += 1) {
      here.source.failAt = { [fault]: new Error('server gone') };
      await here.backUp(1).catch(() => (failed += 1));
      await writeFile(join(here.folder, `door-control-2027010${i}T000000Z-9${i}.zip`), '');
      await writeFile(join(here.folder, `door-control-2027020${i}T000000Z-8${i}.zip`), 'PK damaged');
    }
  }
  expect(failed).toBe(8);
  expect(here.source.fired()).toBe(8);
  expect(await zips(here.folder)).toEqual(expect.arrayContaining(good));
  here.source.failAt = {};
  await here.backUp(3);
  expect(await here.own()).toEqual([2, 3, 4]);
  // What cannot be read is shown, not counted, and stays.
  expect(await zips(here.folder)).toHaveLength(3 + 8);
});

// Story 6: "keep for ever" deleted all but the last; an age timer reset by each restart never pruned.
test('the highest count keeps them all, the lowest the newest, and a program started anew prunes the same', async () => {
  await using here = await place();
  for (let i = 0; i < 6; i += 1) await here.backUp(100);
  expect(await here.own()).toEqual([1, 2, 3, 4, 5, 6]);
  await here.backUp(1);
  expect(await here.own()).toEqual([7]);
});

// Story 7: rotation by ctime: touched or copied files changed the order.
test.each([
  ['touched', async (path: string) => utimes(path, new Date(), new Date('2030-01-01'))],
  ['made old', async (path: string) => utimes(path, 0, 0)],
  [
    'copied away and back',
    async (path: string) => {
      await copyFile(path, `${path}.away`);
      await rm(path);
      await rename(`${path}.away`, path);
    },
  ],
])('files that were %s keep their place in the order', async (_how, disturb) => {
  await using here = await place();
  for (let i = 0; i < 4; i += 1) await here.backUp(4);
  const names = await zips(here.folder);
  // The oldest last, so that by any time of the file it would look like the newest.
  for (const name of names.toReversed()) await disturb(join(here.folder, name));
  await here.backUp(3);
  expect(await here.own()).toEqual([3, 4, 5]);
});

test('without their summaries the order comes from the manifests', async () => {
  await using here = await place();
  for (let i = 0; i < 3; i += 1) await here.backUp(3);
  for (const name of (await zips(here.folder)).toReversed()) await utimes(join(here.folder, name), 0, 0);
  await rm(join(here.folder, '.lifeboat'), { recursive: true });
  await here.backUp(2);
  expect(await here.own()).toEqual([3, 4]);
});
