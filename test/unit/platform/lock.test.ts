import { mkdir, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { takeLock } from '#platform/lock.ts';
import { lockFile } from '#platform/lock-file.ts';
import { settableClock } from '../../fakes/settable-clock.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

function options(stateFolder: string, systemId = 'one', purpose = 'a backup') {
  return { stateFolder, systemId, purpose, clock: settableClock() };
}

test('the second one is refused, told who holds the lock and since when', async () => {
  await using folder = await temporaryFolder();
  await using _lock = await takeLock(options(folder.path));
  await expect(takeLock(options(folder.path, 'one', 'a restore'))).rejects.toMatchObject({
    code: 'system-locked',
    message: `cannot start a restore: a backup has been running since 2026-04-10T21:45:00Z (process ${process.pid}); nothing was changed`,
  });
});

test('who only looks at it, for an instant, is nobody that holds it', async () => {
  await using folder = await temporaryFolder();
  await (await takeLock(options(folder.path)))[Symbol.asyncDispose]();
  const looking = await lockFile(folder.file('locks/one.sqlite'));
  setTimeout(() => looking?.[Symbol.dispose](), 200);
  await using lock = await takeLock(options(folder.path, 'one', 'a restore'));
  expect(lock.purpose).toBe('a restore');
});

test('freed, it can be taken again; another system has its own', async () => {
  await using folder = await temporaryFolder();
  {
    await using _first = await takeLock(options(folder.path));
    await using _other = await takeLock(options(folder.path, 'two'));
  }
  await using again = await takeLock(options(folder.path));
  expect(again.purpose).toBe('a backup');
});

test('a refused one holds nothing back afterwards', async () => {
  await using folder = await temporaryFolder();
  {
    await using _lock = await takeLock(options(folder.path));
    for (let i = 0; i < 3; i += 1) {
      await expect(takeLock(options(folder.path))).rejects.toMatchObject({ code: 'system-locked' });
    }
  }
  await using _again = await takeLock(options(folder.path));
});

test('a lock file that cannot be used is said, and is no lock that somebody holds', async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file('locks'));
  await writeFile(
    folder.file('locks/one.sqlite'),
    'this is no database, it is a text of some length'.repeat(99),
  );
  await expect(takeLock(options(folder.path))).rejects.toMatchObject({ code: 'state-unusable' });
  await mkdir(folder.file('locks/two.sqlite'));
  await expect(takeLock(options(folder.path, 'two'))).rejects.toMatchObject({ code: 'state-unusable' });
  await writeFile(folder.file('file'), '');
  await expect(takeLock(options(folder.file('file')))).rejects.toMatchObject({
    code: 'state-unusable',
    message: expect.stringContaining(folder.file('file')),
  });
});

test('a lock whose note cannot be written is not held', async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file('locks/one.holder.json/in-the-way'), { recursive: true });
  await expect(takeLock(options(folder.path))).rejects.toMatchObject({ code: 'state-unusable' });
  // Were it still held, this would be system-locked.
  await expect(takeLock(options(folder.path))).rejects.toMatchObject({ code: 'state-unusable' });
});
