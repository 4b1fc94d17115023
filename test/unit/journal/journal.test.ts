import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openJournal } from '#journal/journal.ts';
import { settableClock } from '../../fakes/settable-clock.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

const linesOf = async (path: string): Promise<string[]> =>
  (await readFile(path, 'utf8')).split('\n').slice(0, -1);

test('each line has date and time of the administrator’s zone, and later ones are appended', async () => {
  await using folder = await temporaryFolder();
  const clock = settableClock('2026-04-10T21:45:00.999Z', 'Europe/Berlin');
  const journal = openJournal(folder.file('logs'), clock);
  await journal.write(['backup: started']);
  clock.pass(90);
  await openJournal(folder.file('logs'), clock).write(['backup: done', '  detail']);
  expect(await readdir(folder.file('logs'))).toEqual(['Backup Journal[001].txt']);
  expect(await linesOf(journal.path)).toEqual([
    '2026-04-10 23:45:00  backup: started',
    '2026-04-10 23:46:30  backup: done',
    '2026-04-10 23:46:30    detail',
  ]);
});

test('a name with line breaks cannot look like lines of the journal', async () => {
  await using folder = await temporaryFolder();
  const journal = openJournal(folder.path, settableClock());
  await journal.write(['missing: a\n2026-04-10 21:45:00  backup: done\r\u2028b\u001b[2K']);
  expect(await linesOf(journal.path)).toEqual([
    '2026-04-10 21:45:00  missing: a\\u{a}2026-04-10 21:45:00  backup: done\\u{d}\\u{2028}b\\u{1b}[2K',
  ]);
});

test('what two programs write at the same time never mixes, however long', async () => {
  await using folder = await temporaryFolder();
  const program = join(import.meta.dirname, '..', '..', 'fakes', 'write-journal.ts');
  const writers = ['a', 'b', 'c'];
  await Promise.all(
    writers.map((letter) => promisify(execFile)(process.execPath, [program, folder.path, letter])),
  );
  const lines = await linesOf(join(folder.path, 'Backup Journal[001].txt'));
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
  await mkdir(folder.file('other/Backup Journal[001].txt'), { recursive: true });
  await expect(openJournal(folder.file('other'), settableClock()).write(['x'])).rejects.toThrow('EISDIR');
});
