import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileAccess } from '#archive/file-access.ts';
import { limitedAccess } from '#backup/limited-access.ts';
import { runBackup } from '#backup/run-backup.ts';
import { systemClock } from '#platform/clock.ts';
import { rateLimit } from '#platform/rate-limit.ts';
import { folderSource } from '#sources/files/folder-source.ts';
import { backupParts, NEVER } from '../../fakes/backup-parts.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

const MB = 1_000_000;

test('a limit holds over any longer time, whatever the pieces are', async () => {
  for (const piece of [1000, 50_000, 700_000]) {
    const limit = rateLimit(2 * MB, systemClock());
    const begin = performance.now();
    for (let spent = 0; spent < MB; spent += piece) {
      await limit.ready(NEVER);
      limit.spend(piece);
    }
    await limit.ready(NEVER);
    const seconds = (performance.now() - begin) / 1000;
    expect(seconds).toBeGreaterThan(0.45);
  }
});

test('after a pause not more than a tenth of a second is there at once', async () => {
  let now = 0;
  const limit = rateLimit(1000, { elapsed: () => now });
  now = 3_600_000;
  limit.spend(100);
  await limit.ready(NEVER);
  limit.spend(1);
  const waiting = limit.ready(NEVER).then(() => 'done');
  expect(await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 30, 'waits'))])).toBe(
    'waits',
  );
  now += 1;
  expect(await waiting).toBe('done');
});

test('a stop is heard while the limit is waited for', async () => {
  const limit = rateLimit(1, systemClock());
  limit.spend(1000);
  const stop = new AbortController();
  const waiting = limit.ready(stop.signal);
  setTimeout(() => stop.abort(new Error('somebody said stop')), 20);
  await expect(waiting).rejects.toThrow();
});

/** How long a backup of `files` files of `size` bytes takes, in seconds. */
async function timed(files: number, size: number, ioLimit: number): Promise<number> {
  await using folder = await temporaryFolder();
  const path = folder.file('data');
  const backups = folder.file('backups');
  await mkdir(path);
  await mkdir(backups);
  for (let index = 0; index < files; index += 1) await writeFile(join(path, `f${index}`), randomBytes(size));
  const clock = systemClock();
  const state = folder.file('state');
  const where = { name: 'data', path, workFolder: join(state, 'work') };
  const source = folderSource({ ...where, importance: 'normal', exclude: [], neverInside: [], clock });
  const parts = { ...backupParts({ destination: backups, state, sources: [source] }), clock, ioLimit };
  const begin = performance.now();
  expect(await runBackup(parts, NEVER)).toMatchObject({ state: 'done' });
  return (performance.now() - begin) / 1000;
}

test.each([
  ['one large file', 1, 12 * MB],
  ['many small files', 600, 20_000],
])('a run reads its sources, and the archive again, at the limit: %s', async (_title, files, size) => {
  const slow = await timed(files, size, 8 * MB);
  // 12 MB twice at 8 MB a second, less what the read-ahead of small files is ahead.
  expect(slow).toBeGreaterThan(2.2);
});

test('an archive is read back at the limit', async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file('a.zip'), Buffer.alloc(3 * MB));
  await using access = limitedAccess(
    await fileAccess(folder.file('a.zip')),
    rateLimit(4 * MB, systemClock()),
  );
  const begin = performance.now();
  for (let at = 0; at < 3 * MB; at += 100_000) await access.read(at, 100_000, NEVER);
  expect((performance.now() - begin) / 1000).toBeGreaterThan(0.55);
});
