import { statSync } from 'node:fs';
import { chown, mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { listRestoreLogs } from '#restore/log/list-restore-logs.ts';
import type { BeginRecord } from '#restore/log/log-record.ts';
import { readRestoreLog } from '#restore/log/read-restore-log.ts';
import { openRestoreLog, type RestoreLogFile, resumeRestoreLog } from '#restore/log/restore-log.ts';
import { settableClock } from '../../../fakes/settable-clock.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../fakes/temporary-folder.ts';

const BEGIN: BeginRecord = {
  kind: 'begin',
  operation: 'restore',
  system: { id: '0190-test', name: 'Sample' },
  alsoLocked: [],
  archive: 'sample-1.zip',
  plan: ['will restore file/a'],
  programs: { stop: ['systemctl', 'stop', 'sample'] },
  barrier: { files: [], services: [] },
  keepOldDays: 7,
};

const RECORD = { target: 'file/a', engine: 'file' as const, state: { live: '/a' } };

const SAFETY = { archive: '/mnt/safety.zip', raw: [{ ids: ['sqlite/log'], place: '/mnt/raw' }] };
const DELETING = { target: 'folder/a', components: ['folder/a'] };

function begun(folder: TemporaryFolder): Promise<RestoreLogFile> {
  return openRestoreLog({ stateFolder: folder.path, runId: 'run1', clock: settableClock() }, BEGIN);
}

/** A log with a record of each kind before its end. */
async function written(folder: TemporaryFolder): Promise<string> {
  await using log = await begun(folder);
  await log.write({ kind: 'staging', leftovers: RECORD });
  await log.write({ kind: 'stopping' });
  await log.write({ kind: 'safety', ...SAFETY });
  await log.write({ kind: 'deleting', ...DELETING });
  await log.write({ kind: 'prepared', record: RECORD });
  await log.before({ what: 'rename größe\n{"n":9}', goBack: 'mv b a' });
  await log.done('rename');
  await log.write({ kind: 'switched' });
  await log.write({ kind: 'ended', how: 'done', what: 'the restored state is live' });
  return log.path;
}

test('what is written is what is read, private from its creation', async () => {
  await using folder = await temporaryFolder();
  const path = await written(folder);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readRestoreLog(path)).toEqual({
    path,
    run: 'run1',
    begin: BEGIN,
    startedAt: '2026-04-10T21:45:00.000Z',
    staging: [RECORD],
    prepared: [RECORD],
    begun: [],
    stopped: true,
    safety: SAFETY,
    deleting: [DELETING],
    steps: [
      { what: 'rename größe\n{"n":9}', goBack: 'mv b a' },
      { what: 'done: rename', goBack: undefined },
    ],
    allBack: false,
    switched: true,
    ended: {
      kind: 'ended',
      how: 'done',
      what: 'the restored state is live',
      time: '2026-04-10T21:45:00.000Z',
    },
    forgotten: 'no',
    end: { records: 10, bytes: (await stat(path)).size },
  });
});

test('the log of another run is never written over', async () => {
  await using folder = await temporaryFolder();
  await using _log = await begun(folder);
  await expect(begun(folder)).rejects.toThrow('EEXIST');
});

test('[LB-01] a log that is cut at any byte says what came whole to the disk, and can be gone on with', async () => {
  await using folder = await temporaryFolder();
  const path = await written(folder);
  const whole = await readFile(path);
  for (let bytes = 0; bytes < whole.length; bytes += 1) {
    await writeFile(path, whole.subarray(0, bytes));
    const found = await readRestoreLog(path);
    const records = whole.subarray(0, bytes).filter((byte) => byte === 10).length;
    expect(found.end.records, `cut at ${bytes}`).toBe(records);
    expect(found.prepared.length).toBe(records >= 6 ? 1 : 0);
    expect(found.switched).toBe(records >= 9);
    if (bytes % 23 !== 0) continue;
    {
      await using log = await resumeRestoreLog(found, { clock: settableClock() });
      await log.done('went on');
    }
    if (records > 0) expect((await readRestoreLog(path)).end.records).toBe(records + 1);
  }
});

test('[LB-01] a changed byte before the last record is found, one in the last makes it as if never begun', async () => {
  await using folder = await temporaryFolder();
  const path = await written(folder);
  const whole = await readFile(path);
  const last = whole.lastIndexOf(10, whole.length - 2) + 1;
  for (let at = 0; at < whole.length; at += 1) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await writeFile(path, changed);
    const reading = readRestoreLog(path);
    if (at < last) await expect(reading, `byte ${at}`).rejects.toMatchObject({ code: 'restore-log-damaged' });
    else expect((await reading).ended, `byte ${at}`).toBeUndefined();
  }
});

test('[LB-01] a log that somebody put lines into, took lines from or turned round is damaged', async () => {
  await using folder = await temporaryFolder();
  const path = await written(folder);
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1) as string[];
  const spoilt: Record<string, string[]> = {
    'garbage between': lines.toSpliced(3, 0, 'garbage'),
    'an empty line between': lines.toSpliced(3, 0, ''),
    'a line left out': lines.toSpliced(3, 1),
    'a line twice': lines.toSpliced(3, 0, lines[3] as string),
    'no beginning': lines.slice(1),
    'turned round': lines.toReversed(),
  };
  for (const [what, changed] of Object.entries(spoilt)) {
    await writeFile(path, `${changed.join('\n')}\n`);
    await expect(readRestoreLog(path), what).rejects.toMatchObject({ code: 'restore-log-damaged' });
  }
});

test('garbage alone is a log of which nothing was begun; damaged ones are told beside the others', async () => {
  await using folder = await temporaryFolder();
  const path = await written(folder);
  const whole = await readFile(path, 'utf8');
  for (const nothing of ['', 'garbage', '\0'.repeat(5000), 'garbage\n']) {
    await writeFile(path, nothing);
    expect(await listRestoreLogs(folder.path)).toEqual({ logs: [], damaged: [] });
  }
  await writeFile(path, `x${whole}`);
  await writeFile(path.replace('run1', 'run2'), whole);
  const { logs, damaged } = await listRestoreLogs(folder.path);
  expect(logs.map(({ run }) => run)).toEqual(['run2']);
  expect(damaged).toHaveLength(1);
});

test('a record that cannot be written leaves nothing that the next one would stand behind', async () => {
  await using folder = await temporaryFolder();
  await using log = await begun(folder);
  const { size } = await stat(log.path);
  // As a write that failed half-way leaves it.
  await writeFile(
    log.path,
    `{"n":2,"half of a record that is longer than the next one":"${'x'.repeat(4000)}`,
    { flag: 'a' },
  );
  await log.done('next');
  expect((await readRestoreLog(log.path)).end).toEqual({ records: 2, bytes: (await stat(log.path)).size });
  await truncate(log.path, size + 5);
  expect((await readRestoreLog(log.path)).end).toEqual({ records: 1, bytes: size });
});

test.runIf(process.getuid?.() === 0)(
  "a log that root did not write is not obeyed by root; the service's group may read root's",
  async () => {
    await using folder = await temporaryFolder();
    const path = await written(folder);
    await chown(path, 4711, 4712);
    await expect(readRestoreLog(path)).rejects.toMatchObject({
      code: 'restore-log-damaged',
      message: expect.stringContaining('belongs to the user 4711'),
    });
    await mkdir(folder.file('state'));
    await chown(folder.file('state'), 4711, 4712);
    const options = { stateFolder: folder.file('state'), runId: 'run2', clock: settableClock() };
    await using log = await openRestoreLog(options, BEGIN);
    const facts = [log.path, dirname(log.path)].map((each) => statSync(each));
    expect(facts.map(({ uid, gid, mode }) => [uid, gid, mode & 0o777])).toEqual([
      [0, 4712, 0o640],
      [0, 4712, 0o750],
    ]);
  },
);
