import { execFile, execFileSync } from 'node:child_process';
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { EOL } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openJournal } from '#journal/journal.ts';
import { readJournal } from '../../fakes/read-journal.ts';
import { settableClock } from '../../fakes/settable-clock.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

const FIRST = 'Backup Journal[001].txt';

test('[FD-11] the file is called so; each line has date, time and system, and later ones are appended', async () => {
  await using folder = await temporaryFolder();
  const clock = settableClock('2026-04-10T21:45:00.999Z', 'Europe/Berlin');
  const journal = openJournal(folder.file('logs'), clock, { system: 'Tür' });
  await journal.write(['backup: started']);
  clock.pass(90);
  await openJournal(folder.file('logs'), clock).write(['backup: done', '  detail']);
  expect(await readdir(folder.file('logs'))).toEqual([FIRST]);
  expect(await readFile(journal.path, 'utf8')).toBe(
    [
      '2026-04-10 23:45:00  Tür  backup: started',
      '2026-04-10 23:46:30  backup: done',
      '2026-04-10 23:46:30    detail',
      '',
    ].join(EOL),
  );
});

test('a name with line breaks cannot look like lines of the journal', async () => {
  await using folder = await temporaryFolder();
  const journal = openJournal(folder.path, settableClock(), { system: 'a\nb' });
  await journal.write(['missing: a\n2026-04-10 21:45:00  backup: done\r\u2028b\u001b[2K']);
  expect(await readJournal(journal.path)).toEqual([
    '2026-04-10 21:45:00  a\\u{a}b  missing: a\\u{a}2026-04-10 21:45:00  backup: done\\u{d}\\u{2028}b\\u{1b}[2K',
  ]);
});

test('what two programs write at the same time never mixes, however long', async () => {
  await using folder = await temporaryFolder();
  const program = join(import.meta.dirname, '..', '..', 'fakes', 'write-journal.ts');
  const writers = ['a', 'b', 'c'];
  await Promise.all(
    writers.map((letter) => promisify(execFile)(process.execPath, [program, folder.path, letter])),
  );
  const lines = await readJournal(folder.file(FIRST));
  // Each writer's block of lines stands together and whole: the letter changes only between blocks.
  const blocks = lines
    .map((line) => line.slice(21))
    .join('\n')
    .match(/(?<=^|\n)begin (.)\n(?:\1+\n)+end \1/g);
  expect(lines).toHaveLength(writers.length * 10 * (2 + 30));
  expect(blocks).toHaveLength(writers.length * 10);
});

test('a journal that cannot be written says so', async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file('logs'), 'a file');
  await expect(openJournal(folder.file('logs'), settableClock()).write(['x'])).rejects.toThrow(
    folder.file('logs'),
  );
  await mkdir(folder.file(`other/${FIRST}`), { recursive: true });
  await expect(openJournal(folder.file('other'), settableClock()).write(['x'])).rejects.toThrow('EISDIR');
});

test.skipIf(process.platform === 'win32')('a pipe in its place is refused, and holds nobody up', async () => {
  await using folder = await temporaryFolder();
  execFileSync('mkfifo', [folder.file(FIRST), folder.file('Backup Journal[002].txt')]);
  const journal = openJournal(folder.path, settableClock());
  await expect(journal.write(['x'])).rejects.toThrow('is not a plain file');
  expect(await journal.holds('x')).toBe(false);
});

test.each([
  [
    'in the middle of a line',
    '2026-04-10 21:45:00  backup: sta',
    '2026-04-10 21:45:00  backup: sta  [cut off]',
  ],
  ['in the middle of a letter', Buffer.from('x  Tür').subarray(0, 5), 'x  T?  [cut off]'],
  ['in the middle of a longer letter', Buffer.from('x 𝔘').subarray(0, 5), 'x ???  [cut off]'],
  ['behind a letter', 'x  Tü', 'x  Tü  [cut off]'],
  ['and the disk has zeros there', 'backup: st\0\0\0\0', 'backup: st????  [cut off]'],
])('a line that was torn %s is ended before the next one', async (_, torn, closed) => {
  await using folder = await temporaryFolder();
  const journal = openJournal(folder.path, settableClock());
  await journal.write(['whole']);
  await appendFile(journal.path, torn);
  await openJournal(folder.path, settableClock()).write(['next']);
  const bytes = await readFile(journal.path);
  expect(new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toBe(
    ['2026-04-10 21:45:00  whole', closed, '2026-04-10 21:45:00  next', ''].join(EOL),
  );
});

test('[FD-13] a journal that is not verbose leaves details out', async () => {
  await using folder = await temporaryFolder();
  const journal = openJournal(folder.path, settableClock(), { verbose: false });
  await journal.write(['a detail'], { detail: true });
  expect(await readdir(folder.path)).toEqual([]);
  await journal.write(['an error']);
  await openJournal(folder.path, settableClock()).write(['a detail'], { detail: true });
  expect((await readJournal(journal.path)).map((line) => line.slice(21))).toEqual(['an error', 'a detail']);
});

test('a line is found where it stands, in this file or the one before, and only whole', async () => {
  await using folder = await temporaryFolder();
  const journal = openJournal(folder.path, settableClock());
  const line = journal.stamp('verify: done');
  expect(await journal.holds(line)).toBe(false);
  await journal.append([`${line} and more`, journal.stamp('x'.repeat(300_000))]);
  expect(await journal.holds(line)).toBe(false);
  await journal.append([line]);
  expect(await journal.holds(line)).toBe(true);
  await writeFile(folder.file('Backup Journal[002].txt'), `${journal.stamp('journal 2 begins; x')}${EOL}`);
  expect(await journal.holds(line)).toBe(true);
});
