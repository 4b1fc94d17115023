import { execFile, execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { folderDestination } from '#destinations/folder-destination.ts';
import { type History, openHistory } from '#journal/history.ts';
import { backupOutcome, folderPart, savedArchive } from '../../fakes/history-run.ts';
import { type SettableClock, settableClock } from '../../fakes/settable-clock.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

const DOOR = { id: '0190-door', name: 'Door control' };

interface Site extends AsyncDisposable {
  backups: string;
  path: string;
  clock: SettableClock;
  history: History;
  open(changes?: { keep?: number; system?: { id: string; name: string } }): History;
  /** A backup, an hour after the one before; with its number one that left an archive. */
  add(number?: number, history?: History): Promise<string[]>;
  entries(): Promise<Record<string, unknown>[]>;
}

async function site(keep = 3): Promise<Site> {
  const folder = await temporaryFolder();
  const backups = folder.file('Sicherung (ü)');
  await mkdir(backups);
  const clock = settableClock('2026-04-10T21:45:00Z', 'Europe/Berlin');
  const open: Site['open'] = (changes = {}) =>
    openHistory(folderDestination(backups), {
      system: DOOR,
      keep,
      clock,
      stateFolder: folder.file('state'),
      ...changes,
    });
  const history = open();
  const path = join(backups, 'backupHistory.json');
  return {
    backups,
    path,
    clock,
    history,
    open,
    async add(number, into = history) {
      clock.pass(3600);
      const startedAt = clock.now().toString();
      const outcome =
        number === undefined
          ? backupOutcome(startedAt, { state: 'failed', code: 'space-low', exit: 23 })
          : backupOutcome(startedAt);
      return await into.add(into.entryOf(outcome, number === undefined ? undefined : savedArchive(number)));
    },
    entries: async () => JSON.parse(await readFile(path, 'utf8')).backups,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const numbersOf = (entries: readonly Record<string, unknown>[]) => entries.map(({ number }) => number);

test('[FD-14] [FD-16] an entry has number, date, time, duration, status, code and the path of each saved part', async () => {
  await using here = await site();
  expect(here.history.path).toBe(here.path);
  const outcome = backupOutcome('2026-04-10T21:45:00.5Z');
  const set = savedArchive(1, [folderPart('images')]);
  expect(await here.history.add(here.history.entryOf(outcome, set))).toEqual([]);
  expect(await here.entries()).toEqual([
    {
      number: 1,
      systemId: '0190-door',
      system: 'Door control',
      date: '2026-04-10',
      time: '23:45:00',
      zone: 'Europe/Berlin',
      startedAt: '2026-04-10T21:45:00.5Z',
      durationMs: 2500,
      status: 'done',
      code: 0,
      reason: 'done',
      message: 'written and verified',
      archives: [join(here.backups, 'door-1.zip')],
      bytes: 1000,
      saved: [
        { component: 'folder/images', path: '/srv/images', state: 'complete', items: 300_000, bytes: 10 },
      ],
      savedLeftOut: 0,
      run: expect.any(String),
    },
  ]);
  expect((await here.history.read())?.backups).toEqual(await here.entries());
  expect((await stat(here.path)).mode & 0o077).toBe(0);
  expect(await readdir(here.backups)).toEqual(['backupHistory.json']);
});

test('[FD-04] a stopped run is entered with code 1406, a stopped automatic backup with 1401', async () => {
  await using here = await site();
  const stopped = backupOutcome('2026-04-10T21:45:00Z', { state: 'interrupted', code: 'interrupted' });
  await here.history.add(here.history.entryOf(stopped, undefined));
  const cancelled = backupOutcome('2026-04-10T22:45:00Z', { state: 'failed', code: 'automatic-stopped' });
  await here.history.add(here.history.entryOf(cancelled, undefined));
  expect(await here.entries()).toMatchObject([
    { status: 'interrupted', code: 1406, archives: [], number: 1 },
    { status: 'failed', code: 1401, archives: [], number: 2 },
  ]);
});

test('[FD-14] as many backups as the keep count: the newest, and failures push out none that ended well', async () => {
  await using here = await site(3);
  for (let number = 1; number <= 5; number += 1) await here.add(number);
  expect(numbersOf(await here.entries())).toEqual([3, 4, 5]);
  for (let failed = 0; failed < 7; failed += 1) await here.add();
  expect(numbersOf(await here.entries())).toEqual([3, 4, 5, 10, 11, 12]);
  await here.add(13);
  expect(numbersOf(await here.entries())).toEqual([4, 5, 10, 11, 12, 13]);
});

test('a run is entered once, also if it is entered again after a crash', async () => {
  await using here = await site();
  const entry = here.history.entryOf(backupOutcome('2026-04-10T21:45:00Z'), savedArchive(1));
  await here.history.add(entry);
  await here.history.add(JSON.parse(JSON.stringify(entry)));
  expect(numbersOf(await here.entries())).toEqual([1]);
});

test('[FD-15] the number goes up; deleting or moving the file begins at 1 again', async () => {
  await using here = await site();
  expect(await here.history.next([])).toEqual({ number: 1, lines: [] });
  const made: { number: number; startedAt: string }[] = [];
  for (let number = 1; number <= 4; number += 1) {
    expect(await here.history.next(made)).toEqual({ number, lines: [] });
    await here.add(number);
    made.push({ number, startedAt: here.clock.now().toString() });
  }
  await rename(here.path, join(here.backups, 'moved.json'));
  expect((await here.history.next(made)).number).toBe(1);
  await here.add(1);
  // The archives of before do not count, however high their numbers.
  expect((await here.history.next(made)).number).toBe(2);
  await rm(here.path);
  expect((await here.history.next(made)).number).toBe(1);
});

test('[FD-15] a number is not given twice where a crash came before the entry, or a failure took one', async () => {
  await using here = await site();
  await here.add(1);
  here.clock.pass(60);
  const unentered = { number: 2, startedAt: here.clock.now().toString() };
  expect((await here.history.next([unentered])).number).toBe(3);
  await here.add();
  expect(numbersOf(await here.entries())).toEqual([1, 2]);
  expect((await here.history.next([])).number).toBe(3);
});

test.each([
  ['cut', (text: string) => text.slice(0, text.length / 2), /is cut, or no JSON/],
  ['empty', () => '', /is cut, or no JSON/],
  ['foreign', () => '{"backups": []}', /was written by something else/],
  ['no object', () => '[1]', /was written by something else/],
  [
    'newer',
    (text: string) => text.replace('"formatVersion": 1', '"formatVersion": 2'),
    /has format version 2/,
  ],
  ['changed by hand', (text: string) => text.replace('"number": 1', '"number": -1'), /breaks the format at/],
])('a history that is %s is set aside whole, told, and never in the way', async (_, spoil, why) => {
  await using here = await site();
  await here.add(1);
  const spoilt = spoil(await readFile(here.path, 'utf8'));
  await writeFile(here.path, spoilt);
  await expect(here.history.read()).rejects.toMatchObject({ code: 'read-failed' });
  const made = [{ number: 7, startedAt: '2020-01-01T00:00:00Z' }];
  const { number, lines } = await here.history.next(made);
  expect(lines).toEqual([expect.stringMatching(why)]);
  // Nobody took it away to begin anew.
  expect(number).toBe(8);
  expect(await here.add(number)).toEqual([]);
  expect((await here.history.next(made)).number).toBe(9);
  const aside = (await readdir(here.backups)).filter((name) => name !== 'backupHistory.json');
  expect(aside).toEqual([expect.stringMatching(/^backupHistory-20260410T\d{6}Z-[0-9a-f]{8}\.json$/)]);
  expect(lines[0]).toContain(aside[0]);
  expect(await readFile(join(here.backups, aside[0] as string), 'utf8')).toBe(spoilt);
});

test.skipIf(process.platform === 'win32').each(['pipe', 'folder', 'giant', 'link to nowhere'])(
  'a %s in its place is set aside too',
  async (kind) => {
    await using here = await site();
    if (kind === 'pipe') execFileSync('mkfifo', [here.path]);
    if (kind === 'folder') await mkdir(here.path);
    if (kind === 'link to nowhere') execFileSync('ln', ['-s', '/nowhere', here.path]);
    if (kind === 'giant') {
      await writeFile(here.path, '{');
      await truncate(here.path, 10 * 1024 ** 3);
    }
    const lines = await here.add(1);
    expect(numbersOf(await here.entries())).toEqual([1]);
    if (kind !== 'link to nowhere') {
      expect(lines).toEqual([expect.stringContaining('cannot be read')]);
      expect(await readdir(here.backups)).toHaveLength(2);
    }
  },
);

test('a place that is gone is said; a number is found all the same', async () => {
  await using here = await site();
  await rm(here.backups, { recursive: true });
  await writeFile(here.backups, 'a file');
  const { number, lines } = await here.history.next([{ number: 4, startedAt: '2026-01-01T00:00:00Z' }]);
  expect(number).toBe(5);
  expect(lines).toEqual([expect.stringContaining('could not be used')]);
  await expect(here.add(5)).rejects.toThrow(here.backups);
});

test('two systems in one place count and keep their own', async () => {
  await using here = await site(2);
  const gate = here.open({ system: { id: '0190-gate', name: 'Gate' } });
  for (let number = 1; number <= 3; number += 1) {
    await here.add(number);
    if (number === 1) await here.add(1, gate);
  }
  expect((await here.entries()).map(({ system, number }) => `${system} ${number}`)).toEqual([
    'Gate 1',
    'Door control 2',
    'Door control 3',
  ]);
  expect((await gate.next([])).number).toBe(2);
});

test('its size is bounded: 200 parts of a set, then the oldest entries lose theirs, then go', async () => {
  await using here = await site(100);
  const long = (i: number) => ({ ...folderPart(`${i}`), path: `/${'x'.repeat(3000)}/${i}` });
  const parts = Array.from({ length: 1000 }, (_, i) => long(i));
  for (let number = 1; number <= 15; number += 1) {
    const outcome = backupOutcome(here.clock.now().toString(), { message: 'm'.repeat(100_000) });
    await here.history.add(here.history.entryOf(outcome, savedArchive(number, parts)));
  }
  expect((await stat(here.path)).size).toBeLessThan(8 * 1024 * 1024);
  const entries = await here.entries();
  expect(numbersOf(entries)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
  expect(entries.at(0)).toMatchObject({ saved: [], savedLeftOut: 1000 });
  expect(entries.at(-1)).toMatchObject({ savedLeftOut: 800 });
  expect(entries.at(-1)?.['saved']).toHaveLength(200);
});

test('programs that enter their backups at the same time lose none', async () => {
  await using here = await site(100);
  const program = join(import.meta.dirname, '..', '..', 'fakes', 'add-history.ts');
  const state = join(here.backups, '..', 'state');
  const systems = ['a', 'b', 'c'];
  await Promise.all(
    systems.map((id) => promisify(execFile)(process.execPath, [program, here.backups, state, id])),
  );
  const entries = await here.entries();
  for (const id of systems) {
    const own = entries.filter(({ systemId }) => systemId === id);
    expect(numbersOf(own)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  }
});
