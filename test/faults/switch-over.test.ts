import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { openJournal } from '#journal/journal.ts';
import type { Outcome } from '#journal/outcome.ts';
import { recordRun } from '#journal/record-run.ts';
import { LifeboatError } from '#platform/errors.ts';
import { listRestoreLogs } from '#restore/log/list-restore-logs.ts';
import type { SystemPrograms } from '#restore/log/log-record.ts';
import { readRestoreLog } from '#restore/log/read-restore-log.ts';
import { recover } from '#restore/recover.ts';
import { runRestore } from '#restore/run-restore.ts';
import { NEVER } from '../fakes/backup-parts.ts';
import { type RestoreSite, restoreSite, withPrograms } from '../fakes/restore-parts.ts';

/** Failure stories 21, 22 and 24: a restore that fails says so, and goes back with what it needs for that. */
const OLD = ['old state of file/a', 'old state of file/b', 'old state of file/c'];

async function restore(here: RestoreSite, programs: SystemPrograms = {}): Promise<Outcome> {
  const parts = withPrograms(here.parts, programs);
  const plan = await here.plan();
  const journal = openJournal(here.file('logs'), parts.clock);
  return await recordRun('restore', { ...parts, journal, signal: NEVER }, () =>
    runRestore(parts, plan, NEVER),
  );
}

const logPath = (here: RestoreSite): string => join(here.stateFolder, 'restores', 'run1.ndjson');
const logOf = (here: RestoreSite) => readRestoreLog(logPath(here));

const fail = (here: RestoreSite, which: number, failAt: RestoreSite['targets'][number]['failAt']): void => {
  Object.assign(here.targets[which] as object, { failAt });
};

test.each([0, 1, 2])(
  'if target %i cannot be switched over, those before it go back, the last one first',
  async (which) => {
    await using here = await restoreSite();
    fail(here, which, {
      switchOver: new LifeboatError('database-busy', 'session 7 holds a lock', { hint: 'end it' }),
    });
    const outcome = await restore(here);
    const name = here.targets[which]?.id;
    expect(outcome).toMatchObject({
      state: 'failed',
      code: 'database-busy',
      message: `${name} could not be switched over: session 7 holds a lock; everything is back as it was before the restore`,
      hint: 'end it',
    });
    expect(here.steps).toContain(`switchOver ${name}`);
    expect(here.steps.filter((step) => step.startsWith('undo'))).toEqual(
      ['file/a', 'file/b', 'file/c']
        .slice(0, which)
        .toReversed()
        .map((id) => `undo ${id}`),
    );
    expect(await here.live()).toEqual(OLD);
    expect(await logOf(here)).toMatchObject({ switched: false, ended: { how: 'rolled back' } });
  },
);

test('after going back the system is started again; a start that fails is said', async () => {
  await using here = await restoreSite();
  fail(here, 2, { switchOver: new Error('no') });
  const start = ['sh', '-c', 'cat "$0" > "$1"', here.file('live/file-a/live'), here.file('started on')];
  expect(await restore(here, { start })).toMatchObject({ state: 'failed', code: 'switch-failed' });
  expect(await readFile(here.file('started on'), 'utf8')).toBe('old state of file/a');

  await rm(here.stateFolder, { recursive: true });
  expect(await restore(here, { start: ['sh', '-c', 'echo no licence; exit 1'] })).toMatchObject({
    message: expect.stringMatching(
      /back as it was before the restore, but the system's start command failed: .*no licence/,
    ),
    hint: 'start the system by hand',
  });
});

test('one that cannot be undone holds up no other, and no success is reported', async () => {
  await using here = await restoreSite();
  fail(here, 1, { undo: new Error('table is gone') });
  fail(here, 2, { switchOver: new Error('lock wait timeout') });
  const start = ['sh', '-c', 'echo started > "$0"', here.file('started')];
  const outcome = await restore(here, { start });
  expect(outcome).toMatchObject({
    state: 'failed',
    code: 'rollback-failed',
    exit: 68,
    message:
      'the restore failed (file/c could not be switched over: lock wait timeout) and could not go back by itself: file/b: table is gone',
    hint: expect.stringContaining(join(here.stateFolder, 'restores', 'run1.ndjson')),
  });
  expect(await here.live()).toEqual([OLD[0], 'new state', OLD[2]]);
  // What a person needs to go back by hand is still there, and the log has no end that says all is well.
  expect(await readFile(here.file('live/file-b/old'), 'utf8')).toBe(OLD[1]);
  const log = await logOf(here);
  expect(log.steps).toContainEqual({
    what: 'put the new file/b in place',
    goBack: `mv ${here.file('live/file-b/old')} ${here.file('live/file-b/live')}`,
  });
  expect(log.ended).toBeUndefined();
  await expect(readFile(here.file('started'))).rejects.toThrow('ENOENT');
});

test('a target that could neither go on nor back is named, and the others still go back', async () => {
  await using here = await restoreSite();
  const stuck = new LifeboatError('rollback-failed', 'half of ac is renamed');
  fail(here, 1, { switchOver: stuck, undo: stuck });
  const target = here.targets[1];
  if (target)
    target.before = async (step) =>
      void (
        step === 'switchOver' && (await rename(here.file('live/file-b/live'), here.file('live/file-b/old')))
      );
  const outcome = await restore(here);
  expect(outcome).toMatchObject({
    code: 'rollback-failed',
    message: expect.stringContaining('could not go back by itself: file/b: half of ac is renamed'),
  });
  expect(await readFile(here.file('live/file-a/live'), 'utf8')).toBe(OLD[0]);
  expect(here.steps).toContain('undo file/a');
  expect((await logOf(here)).ended).toBeUndefined();
});

test('a failing clean-up after that is told, and hides nothing', async () => {
  await using here = await restoreSite();
  fail(here, 2, {
    switchOver: new LifeboatError('database-busy', 'busy'),
    dispose: new Error('connection is gone'),
  });
  expect(await restore(here)).toMatchObject({
    code: 'database-busy',
    lines: ['cleaning up failed too: connection is gone'],
  });
  expect(await here.live()).toEqual(OLD);
});

test('a disk that fills up under the log stops no way back', async () => {
  await using here = await restoreSite();
  const full = fullFrom(here, 2);
  fail(here, 2, { switchOver: new Error('no') });
  const outcome = await restore(here).finally(full.free);
  expect(full.fired()).toBe(true);
  expect(outcome).toMatchObject({
    code: 'switch-failed',
    message: expect.stringContaining('everything is back'),
  });
  expect(await here.live()).toEqual(OLD);
  expect((await logOf(here)).ended).toBeUndefined();
});

test('a restore whose commit cannot be put on record is taken back, and nothing else begins before recover', async () => {
  await using here = await restoreSite();
  const full = fullFrom(here, 2);
  const outcome = await restore(here, { start: ['mkdir', here.file('started')] }).finally(full.free);
  expect(full.fired()).toBe(true);
  expect(outcome).toMatchObject({
    code: 'switch-failed',
    message: expect.stringMatching(/EFBIG.*; everything is back as it was before the restore/),
  });
  expect(await here.live()).toEqual(OLD);
  expect(await readdir(here.file('started'))).toEqual([]);
  expect(await logOf(here)).toMatchObject({ switched: false, ended: undefined });
  expect(await restore(here)).toMatchObject({ code: 'restore-open' });
  expect(await here.live()).toEqual(OLD);
});

test.each([
  [
    undefined,
    'incomplete',
    /3 components of .* are live, but .*the system is still kept from starting/,
    'new state',
  ],
  [
    new Error('no'),
    'failed',
    /no; everything is back .*, but the system is still kept from starting/,
    OLD[2],
  ],
])(
  'where the system cannot be let start again (after %s) it is said what is live, and recover ends it',
  async (failure, state, message, live) => {
    await using here = await restoreSite();
    const folder = here.file('units');
    const dropIn = join(folder, 'door.service.d', '50-lifeboat-restore.conf');
    Object.assign(here.parts.around, { keepStopped: { units: ['door.service'], services: [], folder } });
    if (failure !== undefined) fail(here, 2, { switchOver: failure });
    Object.assign(here.targets[0] as object, {
      before: async (step: string) => {
        if (step !== 'switchOver') return;
        await rm(dropIn);
        await mkdir(join(dropIn, 'in the way'), { recursive: true });
      },
    });
    const started = here.file('started');
    const outcome = await restore(here, { start: ['mkdir', started] });
    expect(outcome).toMatchObject({ state, message: expect.stringMatching(message) });
    await expect(stat(started)).rejects.toThrow('ENOENT');
    await rm(dropIn, { recursive: true });
    const [log] = (await listRestoreLogs(here.stateFolder)).logs;
    const openSafety = () => Promise.reject(new Error('not in place'));
    expect(await recover(log!, { ...here.parts, openSafety }, NEVER)).toMatchObject({ state: 'done' });
    expect((await stat(started)).isDirectory()).toBe(true);
    expect((await here.live())[2]).toBe(live);
  },
);

/** From the switch-over of a target on no file can grow beyond the log's size of then, as on a disk that is full. */
function fullFrom(here: RestoreSite, which: number): { fired: () => boolean; free: () => void } {
  let fired = false;
  const limit = (soft: string): void => {
    const done = spawnSync('prlimit', ['--pid', String(process.pid), `--fsize=${soft}:`]);
    if (done.status !== 0) throw new Error('prlimit cannot make a full disk here');
  };
  const target = here.targets[which];
  if (target) {
    target.before = async (step) => {
      if (step !== 'switchOver') return;
      limit(String((await stat(logPath(here))).size));
      fired = true;
    };
  }
  return { fired: () => fired, free: () => limit('unlimited') };
}
