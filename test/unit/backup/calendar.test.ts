import { readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BackupParts } from '#backup/backup-parts.ts';
import { runBackup } from '#backup/run-backup.ts';
import { listArchives } from '#catalog/list-archives.ts';
import type { RunResult } from '#journal/run-result.ts';
import type { OnProgress } from '#platform/progress.ts';
import { backupParts, NEVER, type TestParts } from '../../fakes/backup-parts.ts';
import { noHardLinks } from '../../fakes/no-hard-links.ts';
import { type PlainSource, plainSource } from '../../fakes/plain-source.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

interface Site extends AsyncDisposable {
  parts: TestParts;
  source: PlainSource;
  backups: string;
  backUp(at: string, changes?: Partial<BackupParts>): Promise<RunResult>;
  /** The number of the archive under each name. */
  numbers(): Promise<Record<string, number>>;
}

async function site(): Promise<Site> {
  const folder = await temporaryFolder();
  const backups = folder.file('backups');
  await mkdir(backups);
  const source = plainSource('images', { 'a.jpg': Buffer.from('images') });
  const parts = backupParts({
    destination: backups,
    state: folder.file('state'),
    sources: [source],
    naming: { kind: 'calendar', prefix: 'BT8' },
  });
  return {
    parts,
    source,
    backups,
    async backUp(at, changes = {}) {
      parts.clock.set(at);
      return await runBackup({ ...parts, ...changes }, NEVER);
    },
    async numbers() {
      const entries = await listArchives(parts.destination, NEVER);
      return Object.fromEntries(entries.map(({ file, summary }) => [file.name, summary?.number ?? 0]));
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const zips = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.zip'))
    .sort();

test('[BT-02] each run leaves a file for its day and one for its month, each with its summary', async () => {
  await using here = await site();
  const result = await here.backUp('2026-04-10T21:45:00Z');
  expect(result).toMatchObject({
    state: 'done',
    archive: 'BT8_D_10.zip',
    saved: { archives: ['BT8_D_10.zip', 'BT8_M_4.zip'] },
    message: expect.stringMatching(/^BT8_D_10\.zip and BT8_M_4\.zip written and verified/),
  });
  expect(zips(here.backups)).toEqual(['BT8_D_10.zip', 'BT8_M_4.zip']);
  const entries = await listArchives(here.parts.destination, NEVER);
  for (const { file, renamed, summary } of entries) {
    expect(renamed).toBe(false);
    expect(summary).toMatchObject({ name: file.name, number: 1, state: 'good' });
    expect(summary?.verifiedAt).toBeDefined();
  }
});

test('[FD-19] lost summaries are made again for both names; a renamed one is none of them', async () => {
  await using here = await site();
  await here.backUp('2026-04-10T21:45:00Z');
  await copyFile(join(here.backups, 'BT8_M_4.zip'), join(here.backups, 'spring.zip'));
  await rm(join(here.backups, '.lifeboat'), { recursive: true });
  const entries = await listArchives(here.parts.destination, NEVER);
  const known = Object.fromEntries(entries.map(({ file, renamed }) => [file.name, renamed]));
  expect(known).toEqual({ 'BT8_D_10.zip': false, 'BT8_M_4.zip': false, 'spring.zip': true });
});

test('[BT-03] a second run the same day replaces both, and the old ones stay until the new one is verified', async () => {
  await using here = await site();
  await here.backUp('2026-04-10T08:00:00Z');
  const before = await readFile(join(here.backups, 'BT8_D_10.zip'));
  const seen: Buffer[] = [];
  const onProgress: OnProgress = ({ stage }) => {
    if (stage !== 'verifying') return;
    for (const name of zips(here.backups)) seen.push(readFileSync(join(here.backups, name)));
  };
  await here.backUp('2026-04-10T21:45:00Z', { onProgress });
  expect(seen.length).toBeGreaterThan(1);
  for (const bytes of seen) expect(bytes.equals(before)).toBe(true);
  expect(await here.numbers()).toEqual({ 'BT8_D_10.zip': 2, 'BT8_M_4.zip': 2 });
});

test('[BT-03] a run that fails leaves both as they were', async () => {
  await using here = await site();
  await here.backUp('2026-04-10T08:00:00Z');
  here.source.failAt = { read: new Error('server gone') };
  await expect(here.backUp('2026-04-10T21:45:00Z')).rejects.toThrow('server gone');
  expect(here.source.fired()).toBe(1);
  expect(await here.numbers()).toEqual({ 'BT8_D_10.zip': 1, 'BT8_M_4.zip': 1 });
});

test('[BT-04] the slots wrap: the 10th of the next month takes day 10, April of the next year month 4', async () => {
  await using here = await site();
  for (const day of ['2026-04-09', '2026-04-10', '2026-05-09', '2026-05-10', '2027-04-10']) {
    await here.backUp(`${day}T21:45:00Z`, { retention: { keep: 1, keepDays: 1 } });
  }
  expect(await here.numbers()).toEqual({
    'BT8_D_9.zip': 3,
    'BT8_D_10.zip': 5,
    'BT8_M_4.zip': 5,
    'BT8_M_5.zip': 4,
  });
});

test('[BT-04] two names for one content take its space once', async () => {
  await using here = await site();
  await here.backUp('2026-04-10T21:45:00Z');
  const [day, month] = await Promise.all(
    zips(here.backups).map((name) => stat(join(here.backups, name), { bigint: true })),
  );
  expect(day?.ino).toBe(month?.ino);
  const { used } = await here.parts.destination.check(0, NEVER);
  expect(used).toBe(Number(day?.size));
});

test('[BT-04] without hard links the second name is a copy that was read back as well', async () => {
  await using here = await site();
  using links = noHardLinks();
  let verified = 0;
  const onProgress: OnProgress = ({ stage, done, total }) => {
    if (stage === 'verifying' && done === total) verified += 1;
  };
  await here.backUp('2026-04-10T21:45:00Z', { onProgress });
  expect(links.fired()).toBeGreaterThan(0);
  expect(verified).toBe(2);
  const [day, month] = await Promise.all(zips(here.backups).map((name) => stat(join(here.backups, name))));
  expect(day?.ino).not.toBe(month?.ino);
  expect((day?.mode ?? 0) & 0o777).toBe(0o600);
  expect((month?.mode ?? 0) & 0o777).toBe(0o600);
  expect(await readFile(join(here.backups, 'BT8_D_10.zip'))).toEqual(
    await readFile(join(here.backups, 'BT8_M_4.zip')),
  );
});

test('[FD-06] an incomplete set takes no slot; the next good run takes both, and the incomplete one goes', async () => {
  await using here = await site();
  await here.backUp('2026-04-10T08:00:00Z');
  here.source.missing = true;
  const result = await here.backUp('2026-04-10T12:00:00Z');
  expect(result.state).toBe('incomplete');
  expect(result.lines).toContain('incomplete, so BT8_D_10.zip and BT8_M_4.zip were left as they are');
  expect(await here.numbers()).toEqual({
    'BT8_D_10.zip': 1,
    'BT8_M_4.zip': 1,
    'door-control-20260410T120000Z-2.zip': 2,
  });
  here.source.missing = false;
  await here.backUp('2026-04-10T21:45:00Z');
  expect(await here.numbers()).toEqual({ 'BT8_D_10.zip': 3, 'BT8_M_4.zip': 3 });
});

test('[FD-19] what somebody put under the name of a slot stays there, and the run says so', async () => {
  await using here = await site();
  await writeFile(join(here.backups, 'BT8_D_10.zip'), 'photos');
  const result = await here.backUp('2026-04-10T21:45:00Z');
  expect(result.state).toBe('done');
  expect(result.lines.join('\n')).toContain('BT8_D_10.zip was left alone');
  expect(await readFile(join(here.backups, 'BT8_D_10.zip'), 'utf8')).toBe('photos');
  const numbered = 'door-control-20260410T214500Z-1.zip';
  expect(zips(here.backups)).toEqual(['BT8_D_10.zip', 'BT8_M_4.zip', numbered]);
  await rename(join(here.backups, 'BT8_M_4.zip'), join(here.backups, 'BT8_M_3.zip'));
  await rm(join(here.backups, 'BT8_D_10.zip'));
  await mkdir(join(here.backups, 'BT8_D_11.zip'));
  await expect(here.backUp('2026-04-11T21:45:00Z')).rejects.toMatchObject({
    code: 'write-failed',
    message: expect.stringContaining('BT8_D_11.zip is no plain file'),
  });
  expect(await readdir(join(here.backups, 'BT8_D_11.zip'))).toEqual([]);
});

test('[BT-09] an archive for an update has a name of its own, and no count ever takes it', async () => {
  await using here = await site();
  const request = { pin: { note: 'before 3.0' } };
  const result = await here.backUp('2026-04-10T21:45:00Z', { request });
  expect(result.archive).toBe('door-control-20260410T214500Z-1.zip');
  const numbered = { naming: { kind: 'numbered' as const }, retention: { keep: 1, keepDays: 1 } };
  await here.backUp('2026-04-11T21:45:00Z', numbered);
  await here.backUp('2026-05-12T21:45:00Z', numbered);
  // The pin is known from the archive too.
  await rm(join(here.backups, '.lifeboat'), { recursive: true });
  await here.backUp('2026-06-13T21:45:00Z', numbered);
  const entries = await listArchives(here.parts.destination, NEVER);
  expect(entries.map(({ summary }) => [summary?.number, summary?.pinned, summary?.note])).toEqual([
    [1, true, 'before 3.0'],
    [4, false, undefined],
  ]);
});

test('numbered archives of before go by the count when calendar ones are newer; calendar ones stay when numbered ones are', async () => {
  await using here = await site();
  const numbered = { naming: { kind: 'numbered' as const }, retention: { keep: 2 } };
  await here.backUp('2026-04-08T21:45:00Z', numbered);
  await here.backUp('2026-04-09T21:45:00Z', numbered);
  await here.backUp('2026-04-10T21:45:00Z', { retention: { keep: 2 } });
  expect(Object.values(await here.numbers()).sort()).toEqual([2, 3, 3]);
  await here.backUp('2026-04-11T21:45:00Z', { retention: { keep: 2 } });
  expect(Object.values(await here.numbers()).sort()).toEqual([3, 4, 4]);
  for (const day of [12, 13, 14]) await here.backUp(`2026-04-${day}T21:45:00Z`, numbered);
  expect(Object.values(await here.numbers()).sort()).toEqual([3, 4, 4, 6, 7]);
});
