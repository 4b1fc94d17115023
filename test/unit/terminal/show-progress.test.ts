import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { progressLine } from '#terminal/show-progress.ts';

const program = join(import.meta.dirname, '..', '..', 'fakes', 'show-progress.ts');

async function inPipe(...options: string[]): Promise<{ stdout: string; stderr: string }> {
  return await promisify(execFile)(process.execPath, [program, ...options]);
}

/** What the program sends to a real terminal of 80 columns. */
async function inTerminal(...options: string[]): Promise<string> {
  const command = ['stty cols 80 rows 24;', process.execPath, program, ...options].join(' ');
  const env = { ...process.env, TERM: 'xterm', CI: '' };
  const { stdout } = await promisify(execFile)('script', ['-qec', command, '/dev/null'], { env });
  return stdout;
}

test('[FD-03] a line tells stage, percent, bytes, time left and what is being worked on', () => {
  const progress = { stage: 'writing', item: 'mariadb/main/ac', done: 900_000_000, total: 2_000_000_000 };
  expect(progressLine(progress, 9)).toBe('writing  45 %  900 MB of 2 GB  11 s left  mariadb/main/ac');
  expect(progressLine({ ...progress, done: 20_000_001 }, 9)).toContain('1 %  20 MB of 2 GB  15 min left');
  expect(progressLine({ ...progress, done: 40_000_000 }, 400)).toContain('2 %  40 MB of 2 GB  5.4 h left');
});

test('[FD-03] 100 % is said at the end only, and never passed', () => {
  const line = (done: number) => progressLine({ stage: 'writing', done, total: 1_000_000 }, 0);
  expect(line(999_999)).toContain('99 %');
  expect(line(1_000_000)).toContain('100 %');
  expect(line(1_200_000)).toContain('100 %');
});

test('[FD-03] time left is not guessed before there is anything to guess from', () => {
  expect(progressLine({ stage: 's', done: 0, total: 2000 }, 50)).not.toContain('left');
  expect(progressLine({ stage: 's', done: 1000, total: 2000 }, 0.5)).not.toContain('left');
});

test('counts of things show as counts, an unknown total as bytes done', () => {
  expect(progressLine({ stage: 'switching over', item: 'folder/a', done: 1, total: 3 }, 0)).toBe(
    'switching over  33 %  1 of 3  folder/a',
  );
  expect(progressLine({ stage: 'reading', done: 1_500_000 }, 3)).toBe('reading  1.5 MB');
  expect(progressLine({ stage: 'stopping the system', done: 0 }, 3)).toBe('stopping the system');
});

test('[FD-03] on a terminal one line moves from start to end, goes away, and the cursor comes back', async () => {
  const screen = await inTerminal();
  expect(screen).toContain('writing  0 %  0 B of 2 GB  mariadb/main/ac');
  expect(screen).toContain('writing  45 %  900 MB of 2 GB  11 s left  mariadb/main/ac');
  expect(screen).toContain('writing  100 %  2 GB of 2 GB  0 s left  mariadb/main/ac');
  expect(screen).toContain('verifying  50 %');
  const hidden = screen.lastIndexOf('\u001b[?25l');
  expect(hidden).toBeGreaterThanOrEqual(0);
  const shown = screen.indexOf('\u001b[?25h', hidden);
  expect(shown).toBeGreaterThan(hidden);
  // Not only when the program ends: questions may follow.
  expect(shown).toBeLessThan(screen.indexOf('backup done'));
});

test('[FD-03] a name of a file draws nothing on the terminal', async () => {
  const screen = await inTerminal();
  expect(screen).toContain('a\\u{1b}[2J\\u{a}b');
  expect(screen).not.toContain('\u001b[2J');
});

test('[FD-03] in a pipe there is one plain line for each stage, apart from the outcome', async () => {
  expect(await inPipe()).toEqual({ stdout: 'backup done\n', stderr: 'writing\nverifying\n' });
});

test('[FD-03] quiet and JSON show no progress, in a pipe and on a terminal', async () => {
  for (const option of ['--quiet', '--json']) {
    expect(await inPipe(option)).toEqual({ stdout: 'backup done\n', stderr: '' });
    expect(await inTerminal(option)).toBe('backup done\r\n');
  }
});
