import { closeSync, openSync, readdirSync, writeSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BackupParts } from '#backup/backup-parts.ts';
import { runBackup } from '#backup/run-backup.ts';
import { listArchives } from '#catalog/list-archives.ts';
import { LifeboatError } from '#platform/errors.ts';
import { lockFile } from '#platform/lock-file.ts';
import type { OnProgress } from '#platform/progress.ts';
import { backupParts, NEVER, SYSTEM_ID, type TestParts } from '../../fakes/backup-parts.ts';
import { type PlainSource, plainSource } from '../../fakes/plain-source.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

interface Site extends AsyncDisposable {
  parts: TestParts;
  source: PlainSource;
  backups: string;
  /** One backup, an hour after the one before. */
  backUp(keep?: number, changes?: Partial<BackupParts>): ReturnType<typeof runBackup>;
  numbers(): Promise<number[]>;
}

async function site(content = Buffer.from('images')): Promise<Site> {
  const folder = await temporaryFolder();
  const backups = folder.file('Sicherungen (Büro)');
  await mkdir(backups);
  const source = plainSource('images', { 'a.jpg': content });
  const parts = backupParts({ destination: backups, state: folder.file('state'), sources: [source] });
  return {
    parts,
    source,
    backups,
    backUp: async (keep = 7, changes = {}) => {
      parts.clock.pass(3600);
      return await runBackup({ ...parts, retention: { keep }, ...changes }, NEVER);
    },
    numbers: async () =>
      (await listArchives(parts.destination, NEVER)).map((entry) => entry.summary?.number ?? 0),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const archivesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith('.zip')).sort();

test('a backup ends with one good archive that was read back, and nothing else is left', async () => {
  await using here = await site();
  const result = await here.backUp();
  expect(result).toMatchObject({ state: 'done', archive: 'door-control-20260410T224500Z-1.zip' });
  expect(result.message).toContain('written and verified');
  const [entry] = await listArchives(here.parts.destination, NEVER);
  expect(entry?.summary).toMatchObject({ number: 1, state: 'good', systemId: SYSTEM_ID });
  expect(entry?.summary?.verifiedAt).toBeDefined();
  expect(await readdir(join(here.backups, '.lifeboat', `${SYSTEM_ID}.drafts`))).toEqual([]);
  expect(here.source.open()).toBe(0);
});

test.each([
  [1, 'done'],
  [2, 'database-changed'],
] as const)('definitions that changed %i times while rows were read: %s', async (times, end) => {
  await using here = await site();
  const changed = new LifeboatError('database-changed', 'the definition of ac.person changed');
  let left = times as number;
  here.source.failAt = {
    get read() {
      left -= 1;
      return left >= 0 ? changed : undefined;
    },
  } as typeof here.source.failAt;
  const run = here.backUp();
  if (end === 'done') {
    const { state, lines } = await run;
    expect(state).toBe('done');
    expect(lines).toContain('started over once: the definition of ac.person changed');
  } else {
    await expect(run).rejects.toMatchObject({ code: end });
  }
  expect(here.source.fired()).toBe(times);
  expect(here.source.open()).toBe(0);
  expect(await archivesIn(here.backups)).toHaveLength(end === 'done' ? 1 : 0);
});

test('[BS-11] the oldest archive is still there while the new one is being verified, and goes after it', async () => {
  await using here = await site();
  for (let i = 0; i < 3; i += 1) await here.backUp(3);
  const seen: string[][] = [];
  const onProgress: OnProgress = ({ stage }) => {
    if (stage === 'verifying') seen.push(readdirSync(here.backups).filter((name) => name.endsWith('.zip')));
  };
  const result = await here.backUp(3, { onProgress });
  expect(seen.length).toBeGreaterThan(0);
  for (const names of seen) expect(names.map((name) => name.at(-5)).sort()).toEqual(['1', '2', '3']);
  expect(await here.numbers()).toEqual([2, 3, 4]);
  expect(result.lines).toContain('removed door-control-20260410T224500Z-1.zip: older than the 3 kept');
});

test('[BS-11] [LB-04] an archive that cannot be read back as written removes nothing and does not appear', async () => {
  await using here = await site(Buffer.alloc(12 * 1024 * 1024, 'abcdefg'));
  for (let i = 0; i < 2; i += 1) await here.backUp(2);
  const before = await archivesIn(here.backups);
  let fired = 0;
  const onProgress: OnProgress = ({ stage }) => {
    if (stage !== 'verifying' || fired > 0) return;
    fired += 1;
    damageDraft(here.backups);
  };
  const parts = { ...here.parts, retention: { keep: 2 }, onProgress };
  // The first report comes after a small member, long before the damaged byte is read.
  const first = plainSource('first', { small: Buffer.from('x') });
  await expect(runBackup({ ...parts, sources: [first, here.source] }, NEVER)).rejects.toMatchObject({
    code: 'archive-damaged',
    message: expect.stringContaining('folder/images/a.jpg'),
  });
  expect(fired).toBe(1);
  expect(await archivesIn(here.backups)).toEqual(before);
  expect(await here.numbers()).toEqual([1, 2]);
});

function damageDraft(backups: string): void {
  const drafts = join(backups, '.lifeboat', `${SYSTEM_ID}.drafts`);
  const [name] = readdirSync(drafts);
  const file = openSync(join(drafts, name as string), 'r+');
  writeSync(file, '!', 11 * 1024 * 1024);
  closeSync(file);
}

test('[BS-11] a lower limit takes effect after the next good backup, not after an incomplete one', async () => {
  await using here = await site();
  for (let i = 0; i < 5; i += 1) await here.backUp(5);
  here.source.missing = true;
  await here.backUp(2);
  expect(await here.numbers()).toEqual([1, 2, 3, 4, 5, 6]);
  here.source.failAt = { freeze: new Error('server unreachable') };
  await expect(here.backUp(2)).rejects.toThrow('server unreachable');
  expect(await here.numbers()).toEqual([1, 2, 3, 4, 5, 6]);
  here.source.missing = false;
  here.source.failAt = {};
  await here.backUp(2);
  expect(await here.numbers()).toEqual([5, 7]);
});

test('[FD-06] a set that lacks something is incomplete, says what, and pushes out no good one however often', async () => {
  await using here = await site();
  for (let i = 0; i < 2; i += 1) await here.backUp(2);
  here.source.missing = true;
  for (let i = 0; i < 4; i += 1) {
    const result = await here.backUp(1);
    expect(result.state).toBe('incomplete');
    expect(result.message).toContain('missing: folder/images is missing: /srv/images');
  }
  // The two good ones, and of the incomplete ones the newest.
  expect(await here.numbers()).toEqual([1, 2, 6]);
});

test('[FD-19] renamed, copied and foreign archives are left alone, and are not counted', async () => {
  await using here = await site();
  await here.backUp(2);
  await here.backUp(2);
  const [first, second] = (await archivesIn(here.backups)) as [string, string];
  await rename(join(here.backups, first), join(here.backups, 'before the update.zip'));
  await copyFile(join(here.backups, second), join(here.backups, 'copy of it.zip'));
  await writeFile(join(here.backups, 'photos.zip'), 'not ours');
  const other = await site();
  other.parts.system = { ...other.parts.system, id: 'another-system' };
  await other.backUp(1, { destination: here.parts.destination });
  await other[Symbol.asyncDispose]();
  for (let i = 0; i < 3; i += 1) await here.backUp(2);
  const left = await archivesIn(here.backups);
  expect(left).toEqual(expect.arrayContaining(['before the update.zip', 'copy of it.zip', 'photos.zip']));
  const entries = await listArchives(here.parts.destination, NEVER);
  const own = entries.filter((entry) => entry.summary?.systemId === SYSTEM_ID && !entry.renamed);
  expect(own.map((entry) => entry.summary?.number)).toEqual([4, 5]);
  expect(entries.filter((entry) => entry.summary?.systemId === 'another-system')).toHaveLength(1);
});

test('a clock that went back is said, and nothing is removed in that run', async () => {
  await using here = await site();
  for (let i = 0; i < 2; i += 1) await here.backUp(2);
  here.parts.clock.set('2020-01-01T00:00:00Z');
  const result = await here.backUp(1);
  expect(result.lines.join('\n')).toContain('clock fault: this run started at 2020-01-01T01:00:00Z');
  expect((await here.numbers()).sort()).toEqual([1, 2, 3]);
});

test('an old archive that cannot be removed fails no backup: it is said, with what to do', async () => {
  await using here = await site();
  await here.backUp(1);
  const [old] = (await archivesIn(here.backups)) as [string];
  const destination = {
    ...here.parts.destination,
    remove: async () => {
      throw Object.assign(new Error('EPERM: operation not permitted'), { code: 'EPERM' });
    },
  };
  const result = await here.backUp(1, { destination });
  expect(result.state).toBe('done');
  expect(result.lines).toContain(`could not remove ${old}: EPERM`);
  expect(result.hint).toContain(old);
  expect(await here.numbers()).toEqual([1, 2]);
});

test('an old summary file is never taken for the archive: numbers go on after the folder was cleaned of them', async () => {
  await using here = await site();
  await here.backUp();
  await here.backUp();
  const own = join(here.backups, '.lifeboat');
  for (const name of await readdir(own))
    if (name.endsWith('.json')) await writeFile(join(own, name), 'broken');
  await here.backUp();
  expect(await here.numbers()).toEqual([1, 2, 3]);
});

test('what a killed run left is removed by the next one, which says so', async () => {
  await using here = await site();
  const left = await here.parts.destination.draft('killed.zip', SYSTEM_ID);
  await writeFile(left.path, 'half');
  const result = await here.backUp();
  expect(result.lines[0]).toMatch(/^removed .*killed\.zip.*, left by a run that was cut off$/);
});

test('two systems save into one folder at the same time, and neither disturbs the other', async () => {
  await using here = await site(Buffer.alloc(2_000_000, 'x'));
  await using other = await site(Buffer.alloc(2_000_000, 'y'));
  other.parts.system = { ...other.parts.system, id: 'another-system' };
  other.parts.destination = here.parts.destination;
  // Same name and same start, so the same file name: one of them is told so, and the other is whole.
  const ends = await Promise.allSettled([here.backUp(), other.backUp()]);
  const done = ends.filter(({ status }) => status === 'fulfilled');
  expect(done.length).toBeGreaterThan(0);
  for (const end of ends)
    if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'write-failed' });
  expect(await archivesIn(here.backups)).toHaveLength(done.length);
  other.parts.system = { ...other.parts.system, name: 'Another' };
  await Promise.all([here.backUp(), other.backUp(), utimes(here.backups, 0, 0)]);
  expect(await archivesIn(here.backups)).toHaveLength(done.length + 2);
});

test('a backup holds the lock of its system while it runs, and does not begin while another run holds it', async () => {
  await using here = await site();
  const path = join(here.parts.stateFolder, 'locks', `${SYSTEM_ID}.sqlite`);
  let held: Promise<Disposable | undefined> | undefined;
  const onProgress: OnProgress = ({ stage }) => {
    if (stage === 'writing') held ??= lockFile(path);
  };
  await here.backUp(7, { onProgress });
  expect(held).toBeDefined();
  expect(await held).toBeUndefined();
  using _other = await lockFile(path);
  await expect(here.backUp()).rejects.toMatchObject({
    code: 'system-locked',
    message: expect.stringContaining('a backup has been running since'),
  });
  expect(await here.numbers()).toEqual([1]);
});

test('two systems of one name that begin in the same second in one place have an archive each', async () => {
  await using here = await site();
  const others = ['0190-a', '0190-b', '0190-c'].map((id) => ({
    ...here.parts,
    system: { ...here.parts.system, id },
    stateFolder: join(here.parts.stateFolder, id),
    workFolder: join(here.parts.workFolder, id),
  }));
  const results = await Promise.all([here.parts, ...others].map((parts) => runBackup(parts, NEVER)));
  expect(results.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);
  expect(new Set(results.map(({ archive }) => archive)).size).toBe(4);
  expect(await archivesIn(here.backups)).toHaveLength(4);
});
