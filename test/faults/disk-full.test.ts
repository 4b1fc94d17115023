import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runBackup } from '#backup/run-backup.ts';
import { listArchives } from '#catalog/list-archives.ts';
import { openJournal } from '#journal/journal.ts';
import type { Outcome } from '#journal/outcome.ts';
import { recordRun } from '#journal/record-run.ts';
import { backupParts, NEVER, SYSTEM_ID, type TestParts } from '../fakes/backup-parts.ts';
import { plainSource } from '../fakes/plain-source.ts';
import { smallDisk } from '../fakes/small-disk.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';

/** Failure story 4: a full disk cut archives for months. */
const CONTENT = randomBytes(400_000);

async function backUp(parts: TestParts, logs: string): Promise<Outcome> {
  parts.clock.pass(3600);
  const journal = openJournal(logs, parts.clock);
  return await recordRun('backup', { ...parts, journal, signal: NEVER }, () => runBackup(parts, NEVER));
}

/** Every archive of the folder with its bytes. */
async function archives(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of (await readdir(folder)).filter((name) => name.endsWith('.zip'))) {
    found.set(name, (await readFile(join(folder, name))).toString('base64'));
  }
  return found;
}

async function draftsIn(folder: string): Promise<string[]> {
  return await readdir(join(folder, '.lifeboat', `${SYSTEM_ID}.drafts`));
}

test('wherever the disk runs full, no cut archive appears, nothing is left over, and good ones stay as they are', async () => {
  await using folder = await temporaryFolder();
  await using disk = await smallDisk(folder.file('backups'), 32 * 1024 * 1024);
  const source = plainSource('images', { 'a.jpg': CONTENT });
  // A source that does not know its size: nothing is refused beforehand.
  source.claims = 0;
  const parts = backupParts({
    destination: disk.path,
    state: folder.file('state'),
    sources: [source],
    retention: { keep: 100 },
  });
  await backUp(parts, folder.file('logs'));

  const ends: string[] = [];
  // A limit of file sizes is one for the lock's file too, which needs no more than this.
  const first = disk.kind === 'file system' ? 0 : 22_000;
  for (let room = first; room <= 440_000; room += room < 396_000 ? 22_000 : 1024) {
    const before = await archives(disk.path);
    await disk.leave(room);
    const outcome = await backUp(parts, folder.file('logs'));
    await disk.free();
    ends.push(outcome.state);
    const after = await archives(disk.path);
    if (outcome.state === 'done') {
      expect(after.size).toBe(before.size + 1);
      after.delete(outcome.archive as string);
    } else {
      expect(outcome).toMatchObject({ state: 'failed', code: 'space-low', exit: 23 });
      expect(outcome.message).toContain(disk.path);
    }
    expect(after).toEqual(before);
    expect(await draftsIn(disk.path)).toEqual([]);
  }
  // The fault struck at many places, and beyond the last of them there was room.
  expect(ends.filter((end) => end === 'failed').length).toBeGreaterThan(15);
  expect(ends.filter((end) => end === 'done').length).toBeGreaterThan(3);
  const entries = await listArchives(parts.destination, NEVER);
  expect(entries.every((entry) => entry.summary?.state === 'good')).toBe(true);
});

test('a backup that will not fit is refused before a byte is written: folder, needed, there', async () => {
  await using folder = await temporaryFolder();
  await using disk = await smallDisk(folder.file('backups'));
  const parts = backupParts({
    destination: disk.path,
    state: folder.file('state'),
    sources: [plainSource('images', { 'a.jpg': CONTENT })],
  });
  await backUp(parts, folder.file('logs'));
  const before = await archives(disk.path);
  await disk.leave(200_000);
  const outcome = await backUp(parts, folder.file('logs'));
  await disk.free();
  expect(outcome).toMatchObject({ state: 'failed', code: 'space-low' });
  expect(outcome.message).toContain(disk.path);
  if (disk.kind === 'file system') {
    expect(outcome.message).toMatch(/has too little space: 40\d{4} bytes needed, \d{6} bytes free/);
  }
  expect(await archives(disk.path)).toEqual(before);
});

test('a full disk under state and journal ends the run as failed and touches no archive', async () => {
  await using folder = await temporaryFolder();
  await using disk = await smallDisk(folder.file('state'));
  await mkdir(folder.file('backups'));
  const parts = backupParts({
    destination: folder.file('backups'),
    state: disk.path,
    sources: [plainSource('images', { 'a.jpg': CONTENT })],
    retention: { keep: 1 },
  });
  const logs = join(disk.path, 'logs');
  expect(await backUp(parts, logs)).toMatchObject({ state: 'done' });
  const before = await archives(folder.file('backups'));
  await disk.leave(0);
  const outcome = await backUp(parts, logs);
  await disk.free();
  expect(outcome).toMatchObject({ state: 'failed', code: 'state-unusable' });
  expect(outcome.message).toMatch(/disk is full|disk I\/O error|ENOSPC|EFBIG/);
  expect(await archives(folder.file('backups'))).toEqual(before);
  // The lock is not held by what failed.
  expect(await backUp(parts, logs)).toMatchObject({ state: 'done' });
});
