import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { type Journal, openJournal } from '#journal/journal.ts';
import { recordRun } from '#journal/record-run.ts';
import { NEVER } from '../../fakes/backup-parts.ts';
import { readJournal } from '../../fakes/read-journal.ts';
import { settableClock } from '../../fakes/settable-clock.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

const LIMIT = 10 * 1024 * 1024;
const nameOf = (number: number): string => `Backup Journal[${String(number).padStart(3, '0')}].txt`;

const journalsIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith('.txt')).sort();

/** Makes the file that is in use as large as said; it stays text that ends with a line's end. */
async function grow(journal: Journal, bytes: number): Promise<void> {
  await journal.write(['grown']);
  const { size } = await stat(journal.path);
  await journal.append(['x'.repeat(bytes - size - 1)]);
  expect((await stat(journal.path)).size).toBe(bytes);
}

async function backUp(journal: Journal): Promise<void> {
  await recordRun('backup', { clock: settableClock(), journal, signal: NEVER }, async () => ({
    state: 'done',
    message: 'm',
    lines: [],
  }));
}

test('[FD-12] a journal over 10 MB is closed before a backup, and the number goes up; exactly 10 MB is not', async () => {
  await using folder = await temporaryFolder();
  const journal = openJournal(folder.path, settableClock(), { system: 'Door' });
  await grow(journal, LIMIT);
  await backUp(journal);
  expect(await journalsIn(folder.path)).toEqual([nameOf(1)]);
  await backUp(journal);
  expect(await journalsIn(folder.path)).toEqual([nameOf(1), nameOf(2)]);
  expect((await readJournal(folder.file(nameOf(1)))).at(-1)).toBe(
    '2026-04-10 21:45:00  journal closed at 10.5 MB; it goes on in Backup Journal[002].txt',
  );
  expect(await readJournal(journal.path)).toEqual([
    '2026-04-10 21:45:00  journal 2 begins; before it: Backup Journal[001].txt',
    '2026-04-10 21:45:00  Door  backup: started',
    '2026-04-10 21:45:00  Door  backup: done (done) after 0.0 s: m',
  ]);
  expect((await stat(journal.path)).mode & 0o077).toBe(0);
});

test('[FD-12] only a backup closes it, and whoever had it open goes on in the new one', async () => {
  await using folder = await temporaryFolder();
  const clock = settableClock();
  const other = openJournal(folder.path, clock);
  const journal = openJournal(folder.path, clock);
  await grow(other, LIMIT + 1);
  await recordRun('verify', { clock, journal, signal: NEVER }, async () => ({
    state: 'done',
    message: 'm',
    lines: [],
  }));
  expect(await journalsIn(folder.path)).toEqual([nameOf(1)]);
  await backUp(journal);
  await other.write(['from the other']);
  expect((await readJournal(folder.file(nameOf(2)))).at(-1)).toContain('from the other');
});

test('[FD-12] after 999 it starts at 1 again, replacing old files one by one', async () => {
  await using folder = await temporaryFolder();
  const clock = settableClock();
  for (const number of [1, 2, 3, 998]) await writeFile(folder.file(nameOf(number)), `old ${number}\n`);
  await writeFile(folder.file(nameOf(999)), 'the last\n');
  const journal = openJournal(folder.path, clock);
  await grow(journal, LIMIT + 1);
  await backUp(journal);
  expect(journal.path).toBe(folder.file(nameOf(1)));
  const text = await readFile(journal.path, 'utf8');
  expect(text).not.toContain('old 1');
  expect(text).toMatch(/^2026-04-10 21:45:00 {2}journal 1000 begins; before it: Backup Journal\[999\]\.txt/);
  // Another program finds the same one, though its number is the lowest and the clock was set back.
  await utimes(journal.path, new Date('2001-01-01'), new Date('2001-01-01'));
  const later = openJournal(folder.path, clock);
  await grow(later, LIMIT + 1);
  expect(later.path).toBe(folder.file(nameOf(1)));
  await backUp(later);
  expect(later.path).toBe(folder.file(nameOf(2)));
  expect(await readFile(folder.file(nameOf(3)), 'utf8')).toBe('old 3\n');
  expect((await readJournal(folder.file(nameOf(1)))).at(-1)).toContain(
    'it goes on in Backup Journal[002].txt',
  );
});

test('a crash between beginning the new file and closing the old one loses no line', async () => {
  await using folder = await temporaryFolder();
  const clock = settableClock();
  await writeFile(folder.file(nameOf(7)), `${'x'.repeat(LIMIT)}\n`);
  const begun = `${openJournal(folder.path, clock).stamp('journal 8 begins; before it: Backup Journal[007].txt')}\n`;
  await writeFile(folder.file(nameOf(8)), begun);
  const journal = openJournal(folder.path, clock);
  await backUp(journal);
  expect(journal.path).toBe(folder.file(nameOf(8)));
  expect(await readJournal(journal.path)).toHaveLength(3);
});

test('a journal that was taken away begins again under the same name', async () => {
  await using folder = await temporaryFolder();
  const journal = openJournal(folder.path, settableClock());
  await journal.write(['one']);
  await rename(journal.path, folder.file('kept by hand.txt'));
  await journal.write(['two']);
  expect(await readJournal(folder.file(nameOf(1)))).toEqual(['2026-04-10 21:45:00  two']);
  await rm(folder.path, { recursive: true });
  await journal.write(['three']);
  expect(await readJournal(folder.file(nameOf(1)))).toEqual(['2026-04-10 21:45:00  three']);
});

test('where no new file can be begun, the run goes on in the old one and says so', async () => {
  await using folder = await temporaryFolder();
  const journal = openJournal(folder.path, settableClock());
  await grow(journal, LIMIT + 1);
  await mkdir(folder.file('.journal.lock'));
  const outcome = await recordRun('backup', { clock: settableClock(), journal, signal: NEVER }, async () => ({
    state: 'done',
    message: 'm',
    lines: [],
  }));
  expect(outcome.state).toBe('done');
  expect(outcome.lines).toEqual([expect.stringContaining('could not be written: cannot use the lock file')]);
  expect(await journalsIn(folder.path)).toEqual([nameOf(1)]);
  expect((await readJournal(journal.path)).at(-1)).toContain('backup: done');
});

test('[FD-12] programs that find it too large at the same time begin one new file, and no line is lost', async () => {
  await using folder = await temporaryFolder();
  const program = join(import.meta.dirname, '..', '..', 'fakes', 'journal-backups.ts');
  // The numbers turn round while they write, which is when old files are replaced.
  for (let number = 1; number <= 998; number += 1) await writeFile(folder.file(nameOf(number)), 'old\n');
  await writeFile(folder.file(nameOf(999)), 'the last\n');
  await truncate(folder.file(nameOf(999)), LIMIT - 1000);
  const writers = ['a', 'b', 'c'];
  await Promise.all(
    writers.map((letter) => promisify(execFile)(process.execPath, [program, folder.path, letter])),
  );
  const lines: string[] = [];
  for (const number of [999, 1, 2, 3]) lines.push(...(await readJournal(folder.file(nameOf(number)))));
  for (const letter of writers) {
    const said = lines.flatMap((line) => new RegExp(` ${letter}(\\d+) `).exec(line)?.[1] ?? []).map(Number);
    expect(said).toEqual(Array.from({ length: 12 }, (_, i) => i));
  }
  // Each was begun once, one after the other; how many depends on who wrote last into a full one.
  const begun = lines.flatMap((line) => / journal (\d+) begins;/.exec(line)?.[1] ?? []).map(Number);
  expect(begun.length).toBeGreaterThan(1);
  expect(begun).toEqual(begun.map((_, i) => 1000 + i));
  expect(await readFile(folder.file(nameOf(4)), 'utf8')).toBe('old\n');
});
