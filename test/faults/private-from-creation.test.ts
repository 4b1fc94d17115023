import fsp, { type FileHandle, mkdir, readdir, stat } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { runBackup } from '#backup/run-backup.ts';
import { openJournal } from '#journal/journal.ts';
import { lastRun } from '#journal/last-run.ts';
import { recordRun } from '#journal/record-run.ts';
import { runRestore } from '#restore/run-restore.ts';
import { backupParts, NEVER, SYSTEM_ID } from '../fakes/backup-parts.ts';
import { plainSource } from '../fakes/plain-source.ts';
import { restoreSite } from '../fakes/restore-parts.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';

/** Each file and folder below a folder with its mode bits. */
async function modesBelow(folder: string): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const name of await readdir(folder, { recursive: true })) {
    found.set(name, (await stat(join(folder, name))).mode & 0o777);
  }
  return found;
}

/** Counts every change of a mode, by path or by open file. */
async function watchChmod(probe: string): Promise<{ stop: () => number }> {
  const handle = await fsp.open(probe, 'w');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const spies = [vi.spyOn(prototype, 'chmod'), vi.spyOn(fsp, 'chmod')];
  syncBuiltinESMExports();
  return {
    stop() {
      const calls = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
      for (const spy of spies) spy.mockRestore();
      syncBuiltinESMExports();
      return calls;
    },
  };
}

/**
 * Failure story 15. With a umask that takes nothing away a file has the mode it was created with; if that is
 * private and nobody called chmod, it was private from its creation.
 */
test('everything a backup and a restore write is private from its creation, whatever the umask', async () => {
  await using folder = await temporaryFolder();
  await using restore = await restoreSite();
  await mkdir(folder.file('backups'));
  const parts = backupParts({
    destination: folder.file('backups'),
    state: folder.file('new/state'),
    sources: [plainSource('images', { 'a.jpg': Buffer.from('image') })],
  });
  const journal = openJournal(folder.file('logs'), parts.clock);
  const watch = await watchChmod(folder.file('probe'));
  const umask = process.umask(0);
  let changed = -1;
  try {
    const run = { ...parts, journal, signal: NEVER };
    const outcome = await recordRun('backup', run, () => runBackup(parts, NEVER));
    expect(outcome.state).toBe('done');
    await lastRun(parts.stateFolder, SYSTEM_ID).save(outcome);
    const crashed = await parts.destination.draft('killed.zip', SYSTEM_ID);
    expect(crashed.path).toContain('killed.zip');
    await runRestore(restore.parts, await restore.plan(), NEVER);
  } finally {
    process.umask(umask);
    changed = watch.stop();
  }
  expect(changed).toBe(0);

  const found = new Map([
    ...(await modesBelow(folder.file('new'))),
    ...(await modesBelow(folder.file('logs'))),
    ...(await modesBelow(folder.file('backups'))),
    ...(await modesBelow(restore.stateFolder)),
  ]);
  const names = [...found.keys()];
  for (const kind of [
    '.zip',
    '.zip.json',
    'Journal[001].txt',
    `locks/${SYSTEM_ID}.sqlite`,
    'restores/run1.ndjson',
    'runs/',
  ]) {
    expect(
      names.some((name) => name.includes(kind)),
      kind,
    ).toBe(true);
  }
  expect([...found].filter(([, mode]) => (mode & 0o077) !== 0)).toEqual([]);
});
