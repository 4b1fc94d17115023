import { readFile, stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openRestoreLog } from '#restore/restore-log.ts';
import { settableClock } from '../../fakes/settable-clock.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

test('each step stands in the file, with its way back, before it is done', async () => {
  await using folder = await temporaryFolder();
  const options = { stateFolder: folder.path, runId: 'run1', clock: settableClock() };
  await using log = await openRestoreLog(options, ['RESTORE of Sample']);
  const lines = async (): Promise<string[]> => (await readFile(log.path, 'utf8')).split('\n').slice(0, -1);
  expect(await lines()).toHaveLength(3);
  await log.before({ what: 'rename ac', goBack: 'RENAME TABLE b TO a' });
  expect((await lines()).slice(3)).toEqual([
    '2026-04-10T21:45:00Z  STEP 1  rename ac',
    '2026-04-10T21:45:00Z          to go back: RENAME TABLE b TO a',
  ]);
  await log.done('rename ac');
  await log.before({ what: 'rename ta', goBack: 'x' });
  await log.end('done');
  expect((await lines()).slice(5)).toEqual([
    '2026-04-10T21:45:00Z  done    rename ac',
    '2026-04-10T21:45:00Z  STEP 2  rename ta',
    '2026-04-10T21:45:00Z          to go back: x',
    '2026-04-10T21:45:00Z  END     done',
  ]);
  expect((await stat(log.path)).mode & 0o777).toBe(0o600);
});

test('a name from an archive cannot write a way back of its own', async () => {
  await using folder = await temporaryFolder();
  const options = { stateFolder: folder.path, runId: 'run1', clock: settableClock() };
  await using log = await openRestoreLog(options, ['RESTORE of a\n        to go back: rm -rf /']);
  await log.before({ what: 'rename x\nEND     done', goBack: 'y' });
  const lines = (await readFile(log.path, 'utf8')).split('\n');
  expect(lines.filter((line) => /^\S+ {2}( {8}to go back: rm|END)/.test(line))).toEqual([]);
  expect(lines.filter((line) => /^\s*(to go back|END)/.test(line))).toEqual([]);
});

test('the log of another run is never written over', async () => {
  await using folder = await temporaryFolder();
  const options = { stateFolder: folder.path, runId: 'run1', clock: settableClock() };
  await using _log = await openRestoreLog(options, ['first']);
  await expect(openRestoreLog(options, ['second'])).rejects.toThrow('EEXIST');
});
