import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runBackup } from '#backup/run-backup.ts';
import { listArchives } from '#catalog/list-archives.ts';
import { folderDestination } from '#destinations/folder-destination.ts';
import type { RunResult } from '#journal/run-result.ts';
import type { Progress } from '#platform/progress.ts';
import { backupParts, NEVER, SYSTEM_ID, type TestParts } from '../../fakes/backup-parts.ts';
import { otherMedium } from '../../fakes/other-medium.ts';
import { plainSource } from '../../fakes/plain-source.ts';
import { smallDisk } from '../../fakes/small-disk.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

interface Site extends AsyncDisposable {
  parts: TestParts;
  first: string;
  second: string;
  /** One backup, an hour after the one before. */
  backUp(changes?: Partial<TestParts>, signal?: AbortSignal): Promise<RunResult>;
}

async function site(options: { keep?: number; second?: string; content?: Buffer } = {}): Promise<Site> {
  await using made = new AsyncDisposableStack();
  const folder = made.use(await temporaryFolder());
  const first = folder.file('Sicherungen (Büro)');
  await mkdir(first);
  const second = options.second ?? made.use(await otherMedium()).path;
  const source = plainSource('images', { 'a.jpg': options.content ?? Buffer.alloc(300_000, 'picture') });
  const parts: TestParts = {
    ...backupParts({ destination: first, state: folder.file('state'), sources: [source] }),
    second: { destination: folderDestination(second), keep: options.keep ?? 7 },
  };
  const kept = made.move();
  return {
    parts,
    first,
    second,
    backUp: async (changes = {}, signal = NEVER) => {
      parts.clock.pass(3600);
      return await runBackup({ ...parts, ...changes }, signal);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

const archivesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith('.zip')).sort();

const numbersIn = async (folder: string): Promise<number[]> =>
  (await listArchives(folderDestination(folder), NEVER)).map(({ summary }) => summary?.number ?? 0);

const draftsIn = (folder: string): Promise<string[]> =>
  readdir(join(folder, '.lifeboat', `${SYSTEM_ID}.drafts`));

test('[TN-12] a good archive is copied to the second place, byte for byte, private, verified there', async () => {
  await using here = await site();
  const result = await here.backUp();
  expect(result).toMatchObject({ state: 'done' });
  expect(result.message).toContain(`copied to ${here.second}`);
  const [name = ''] = await archivesIn(here.first);
  expect(await archivesIn(here.second)).toEqual([name]);
  const copy = join(here.second, name);
  expect((await readFile(copy)).equals(await readFile(join(here.first, name)))).toBe(true);
  expect((await stat(copy)).mode & 0o777).toBe(0o600);
  expect(await draftsIn(here.second)).toEqual([]);
  const [noted] = await listArchives(folderDestination(here.second), NEVER);
  const [own] = await listArchives(here.parts.destination, NEVER);
  expect(noted?.summary?.sha256).toBe(own?.summary?.sha256);
  expect(noted?.summary?.verifiedAt).toBeDefined();
  expect(result.lines).toContain(`copied ${name} to ${here.second}, every hash is right`);
});

test('[TN-12] each place has a count of its own; the second one never loses its last good archive', async () => {
  await using here = await site({ keep: 3 });
  for (let i = 0; i < 5; i += 1) await here.backUp({ retention: { keep: 2 } });
  expect(await numbersIn(here.first)).toEqual([4, 5]);
  expect(await numbersIn(here.second)).toEqual([3, 4, 5]);
  await here.backUp({ second: { destination: folderDestination(here.second), keep: 1 } });
  expect(await numbersIn(here.second)).toEqual([6]);
});

test('[TN-12] an incomplete set is not copied and pushes no copy out', async () => {
  await using here = await site({ keep: 1 });
  await here.backUp();
  const missing = plainSource('images', {});
  missing.missing = true;
  const result = await here.backUp({ sources: [missing] });
  expect(result).toMatchObject({ state: 'incomplete' });
  expect(result.code).toBeUndefined();
  expect(await numbersIn(here.first)).toEqual([1, 2]);
  expect(await numbersIn(here.second)).toEqual([1]);
});

test('[TN-12] a medium that is gone: the archive is good, the run says what is missing, and the next one makes up for it', async () => {
  await using here = await site();
  await rename(here.second, `${here.second} unplugged`);
  const result = await here.backUp();
  expect(result).toMatchObject({ state: 'incomplete', code: 'copy-missing' });
  expect(result.message).toMatch(/written and verified .*; the copy in .* is missing: .* does not exist/);
  expect(result.hint).toMatch(/the next backup makes the copy$/);
  expect(await numbersIn(here.first)).toEqual([1]);
  expect(existsSync(here.second)).toBe(false);
  await rename(`${here.second} unplugged`, here.second);
  expect(await here.backUp()).toMatchObject({ state: 'done' });
  expect(await numbersIn(here.second)).toEqual([1, 2]);
});

test('[TN-12] nothing has changed, so no archive is made; a copy that is missing is made all the same', async () => {
  await using here = await site();
  await rename(here.second, `${here.second} unplugged`);
  await here.backUp();
  const still = await here.backUp({ onlyIfChanged: true });
  expect(still).toMatchObject({ state: 'incomplete', code: 'copy-missing' });
  await rename(`${here.second} unplugged`, here.second);
  const result = await here.backUp({ onlyIfChanged: true });
  expect(result).toMatchObject({ state: 'skipped' });
  expect(await numbersIn(here.first)).toEqual([1]);
  expect(await numbersIn(here.second)).toEqual([1]);
});

test('[TN-12] a full second medium: nothing half-made there, older copies stay, the first archive is good', async () => {
  await using folder = await temporaryFolder();
  const content = Buffer.from(Array.from({ length: 400_000 }, (_, at) => (at * 2654435761) >>> 24));
  await using disk = await smallDisk(folder.file('usb'), 4 * 1024 * 1024);
  await using here = await site({ second: disk.path, content });
  await here.backUp();
  const ends: string[] = [];
  for (const room of [0, 20_000, 100_000, 300_000]) {
    await disk.leave(room);
    const result = await here.backUp();
    await disk.free();
    ends.push(result.code ?? result.state);
    expect(result.message).toMatch(/too little space|is full|no space left/);
    expect(await draftsIn(here.second)).toEqual([]);
    expect(await numbersIn(here.second)).toEqual([1]);
  }
  expect(ends).toEqual(Array(4).fill('copy-missing'));
  expect(await numbersIn(here.first)).toEqual([1, 2, 3, 4, 5]);
});

test.each(['copying', 'verifying'])(
  '[TN-12] [FD-04] a Stop while the copy is %s leaves the first archive, no half copy, and says so',
  async (stage) => {
    await using here = await site({ content: Buffer.alloc(6_000_000, 'picture') });
    const stop = new AbortController();
    const seen: string[] = [];
    const onProgress = (progress: Progress): void => {
      seen.push(progress.stage);
      const isCopy = seen.includes('copying');
      if (isCopy && progress.stage === stage) stop.abort();
    };
    const result = await here.backUp({ onProgress }, stop.signal);
    expect(stop.signal.aborted).toBe(true);
    expect(result).toMatchObject({ state: 'incomplete', code: 'copy-missing' });
    expect(result.message).toContain('stopped before its end');
    expect(await numbersIn(here.first)).toEqual([1]);
    expect(await archivesIn(here.second)).toEqual([]);
    expect(await draftsIn(here.second)).toEqual([]);
  },
);

test('[TN-12] an archive that the first disk has damaged is not copied, the others are, and it is said', async () => {
  await using here = await site();
  await rename(here.second, `${here.second} unplugged`);
  await here.backUp();
  const [bad = ''] = await archivesIn(here.first);
  const file = await open(join(here.first, bad), 'r+');
  await file.write('!', 200);
  await file.close();
  await rename(`${here.second} unplugged`, here.second);
  const result = await here.backUp();
  expect(result).toMatchObject({ state: 'incomplete', code: 'copy-missing' });
  expect(await numbersIn(here.second)).toEqual([2]);
  expect(await draftsIn(here.second)).toEqual([]);
});

test('[TN-12] a file that has the name already is never overwritten', async () => {
  await using here = await site();
  await here.backUp();
  const [name = ''] = await archivesIn(here.first);
  await writeFile(join(here.second, name), 'somebody put this here');
  const result = await here.backUp();
  expect(result).toMatchObject({ code: 'copy-missing' });
  expect(await readFile(join(here.second, name), 'utf8')).toBe('somebody put this here');
  expect(await numbersIn(here.second)).toContain(2);
});

test('[TN-12] [BT-02] calendar names: the copies lie under the same names and go on to the next in turn', async () => {
  await using here = await site();
  const naming = { kind: 'calendar' as const, prefix: 'BT8' };
  await here.backUp({ naming });
  const names = await archivesIn(here.second);
  expect(names).toHaveLength(2);
  expect(names).toEqual(await archivesIn(here.first));
  await here.backUp({ naming });
  expect(await here.backUp({ naming })).toMatchObject({ state: 'done' });
  for (const name of await archivesIn(here.first)) {
    expect((await readFile(join(here.second, name))).equals(await readFile(join(here.first, name)))).toBe(
      true,
    );
  }
});

test('[TN-12] [FD-20] delete_old = before: there, too, room is made first, but never of the last good copy', async () => {
  await using here = await site({ keep: 1 });
  await here.backUp({ deleteOld: 'before' });
  const seen: string[][] = [];
  const onProgress = async ({ stage }: Progress): Promise<void> => {
    if (stage === 'copying') seen.push(await archivesIn(here.second));
  };
  await here.backUp({ deleteOld: 'before', onProgress: (progress) => void onProgress(progress) });
  expect(await numbersIn(here.second)).toEqual([2]);
  expect(seen[0]?.length).toBeGreaterThan(0);
});
