import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { lastRun } from '#journal/last-run.ts';
import type { Outcome } from '#journal/outcome.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

const OUTCOME: Outcome = {
  operation: 'backup',
  state: 'failed',
  code: 'database-unreachable',
  exit: 30,
  message: 'cannot reach 127.0.0.1:3306',
  hint: 'start the server',
  startedAt: '2026-04-10T21:45:00Z',
  durationMs: 1200,
  lines: ['a', 'b'],
};

test('the last run is remembered as it was, for each system', async () => {
  await using folder = await temporaryFolder();
  const last = lastRun(folder.path, 'one');
  expect(await last.read()).toBeUndefined();
  await last.save(OUTCOME);
  const { hint: _, ...later } = {
    ...OUTCOME,
    state: 'done',
    code: 'done',
    exit: 0,
    archive: 'a.zip',
  } as const;
  await last.save(later);
  expect(await lastRun(folder.path, 'one').read()).toEqual(later);
  expect(await lastRun(folder.path, 'two').read()).toBeUndefined();
  expect(await readdir(folder.file('runs'))).toEqual(['one.json']);
});

test.each(['', '{', 'null', '{}', JSON.stringify({ ...OUTCOME, state: 'running' })])(
  'a file that says no end ("%s") is named, with what to do',
  async (text) => {
    await using folder = await temporaryFolder();
    await mkdir(folder.file('runs'));
    await writeFile(folder.file('runs/one.json'), text);
    await expect(lastRun(folder.path, 'one').read()).rejects.toMatchObject({
      code: 'state-unusable',
      message: `${folder.file('runs/one.json')} does not say how the last run ended`,
      hint: expect.stringContaining('delete that file'),
    });
  },
);
