import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { journalFile } from '#journal/journal-files.ts';
import { type JournalPlace, readJournal } from '../../../apps/service/status/read-journal.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

/** Pages from the newest to the first line, put together again. */
async function allOf(folder: string, limit: number): Promise<string[]> {
  const lines: string[] = [];
  let before: JournalPlace | undefined;
  for (let pages = 0; pages < 100_000; pages += 1) {
    const page = await readJournal(folder, { limit, before });
    expect(page.lines.length).toBeLessThanOrEqual(limit);
    lines.unshift(...page.lines);
    if (page.before === undefined) return lines;
    before = page.before;
  }
  throw new Error('it never ends');
}

function linesOf(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => `2026-04-10 23:45:00  Größe  line ${from + i}`);
}

async function write(folder: string, number: number, sequence: number, lines: readonly string[], end = '\n') {
  const head = sequence === 1 ? [] : [`2026-04-10 23:45:00  journal ${sequence} begins; before it: ...`];
  const text = [...head, ...lines].map((line) => line + end).join('');
  await writeFile(journalFile(folder, number, sequence).path, text);
  return [...head, ...lines];
}

test.each([1, 7, 1000])(
  '[FD-11] every line once and in its order, %i at a time, through all files',
  async (limit) => {
    await using folder = await temporaryFolder();
    const first = await write(folder.path, 1, 1, linesOf(0, 40));
    const second = await write(folder.path, 2, 2, linesOf(40, 60), '\r\n');
    const third = await write(folder.path, 3, 3, linesOf(60, 61));
    expect(await allOf(folder.path, limit)).toEqual([...first, ...second, ...third]);
  },
);

test('[FD-12] after the turn from 999 to 1 the oldest comes last, and no line twice', async () => {
  await using folder = await temporaryFolder();
  const newest = await write(folder.path, 2, 1001, linesOf(30, 40));
  const before = await write(folder.path, 1, 1000, linesOf(20, 30));
  const oldest = await write(folder.path, 999, 999, linesOf(10, 20));
  await write(folder.path, 3, 3, linesOf(0, 10));
  expect(await allOf(folder.path, 6)).toEqual([...oldest, ...before, ...newest]);
});

test('a journal of many pieces, with lines longer than one', async () => {
  await using folder = await temporaryFolder();
  const long = 'ü'.repeat(400_000);
  const lines = [...linesOf(0, 9000), long, ...linesOf(9000, 20_000)];
  await write(folder.path, 1, 1, lines);
  const read = await allOf(folder.path, 1000);
  expect(read.filter((line) => !/^[ü\uFFFD]+$/.test(line))).toEqual(lines.filter((line) => line !== long));
  expect(read.filter((line) => /^[ü\uFFFD]+$/.test(line)).join('').length).toBeGreaterThanOrEqual(400_000);
});

test('a page that is larger than a piece cuts no line', async () => {
  await using folder = await temporaryFolder();
  const lines = linesOf(0, 3000).map((line) => `${line} ${'ä'.repeat(300)}`);
  await write(folder.path, 1, 1, lines);
  expect(await allOf(folder.path, 1000)).toEqual(lines);
});

test('none is there yet: no lines, and nothing before them', async () => {
  await using folder = await temporaryFolder();
  expect(await readJournal(folder.file('none'), { limit: 10 })).toEqual({ lines: [], before: undefined });
});

test('a line that is added meanwhile moves no page', async () => {
  await using folder = await temporaryFolder();
  await write(folder.path, 1, 1, linesOf(0, 10));
  const { before } = await readJournal(folder.path, { limit: 4 });
  await write(folder.path, 1, 1, linesOf(0, 15));
  expect((await readJournal(folder.path, { limit: 4, before })).lines).toEqual(linesOf(2, 6));
});
