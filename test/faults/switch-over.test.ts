import { appendFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openJournal } from '#journal/journal.ts';
import type { Outcome } from '#journal/outcome.ts';
import { recordRun } from '#journal/record-run.ts';
import { LifeboatError } from '#platform/errors.ts';
import { runRestore } from '#restore/run-restore.ts';
import { NEVER } from '../fakes/backup-parts.ts';
import { type RestoreSite, restoreSite } from '../fakes/restore-parts.ts';
import { smallDisk } from '../fakes/small-disk.ts';

/** Failure stories 21, 22 and 24: a restore that fails says so, and goes back with what it needs for that. */
const OLD = ['old state of file/a', 'old state of file/b', 'old state of file/c'];

async function restore(here: RestoreSite, changes: Partial<RestoreSite['parts']> = {}): Promise<Outcome> {
  const parts = { ...here.parts, ...changes };
  const plan = await here.plan();
  const journal = openJournal(here.file('logs'), parts.clock);
  return await recordRun('restore', { ...parts, journal, signal: NEVER }, () =>
    runRestore(parts, plan, NEVER),
  );
}

const logOf = (here: RestoreSite): Promise<string> =>
  readFile(join(here.stateFolder, 'restores', 'run1.txt'), 'utf8');

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
    expect((await logOf(here)).trimEnd()).toMatch(/END {5}rolled back: the old state is live$/);
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
    message: 'the restore failed (lock wait timeout) and could not go back by itself: file/b: table is gone',
    hint: expect.stringContaining(join(here.stateFolder, 'restores', 'run1.txt')),
  });
  expect(await here.live()).toEqual([OLD[0], 'new state', OLD[2]]);
  // What a person needs to go back by hand is still there, and the log has no end that says all is well.
  expect(await readFile(here.file('live/file-b/old'), 'utf8')).toBe(OLD[1]);
  const log = await logOf(here);
  expect(log).toContain(`to go back: mv ${here.file('live/file-b/old')} ${here.file('live/file-b/live')}`);
  expect(log).not.toContain('END     ');
  await expect(readFile(here.file('started'))).rejects.toThrow('ENOENT');
});

test('a target that could neither go on nor back is named, and the others still go back', async () => {
  await using here = await restoreSite();
  fail(here, 1, { switchOver: new LifeboatError('rollback-failed', 'half of ac is renamed') });
  const outcome = await restore(here);
  expect(outcome).toMatchObject({
    code: 'rollback-failed',
    message: expect.stringContaining('could not go back by itself: file/b: half of ac is renamed'),
  });
  expect(await here.live()).toEqual(OLD);
  expect(here.steps).toContain('undo file/a');
  expect(await logOf(here)).not.toContain('END     ');
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
  await mkdir(dirname(here.stateFolder), { recursive: true });
  await using disk = await smallDisk(here.stateFolder, 256 * 1024);
  let fired = false;
  const target = here.targets[2];
  if (target) {
    target.failAt = { switchOver: new Error('no') };
    target.before = async (step) => {
      if (step !== 'switchOver') return;
      await disk.leave(0);
      await fillLastBlock(here);
      fired = true;
    };
  }
  const outcome = await restore(here);
  await disk.free();
  expect(fired).toBe(true);
  expect(outcome).toMatchObject({
    code: 'switch-failed',
    message: expect.stringContaining('everything is back'),
  });
  expect(await here.live()).toEqual(OLD);
  expect(await logOf(here)).not.toContain('rolled back');
});

test('a disk that fills up under the log turns no finished restore into a failed one', async () => {
  await using here = await restoreSite();
  await using disk = await smallDisk(here.stateFolder, 256 * 1024);
  const target = here.targets[2];
  let fired = false;
  if (target) {
    target.before = async (step) => {
      if (step !== 'switchOver') return;
      await disk.leave(0);
      await fillLastBlock(here);
      fired = true;
    };
  }
  const outcome = await restore(here, { start: ['mkdir', here.file('started')] });
  await disk.free();
  expect(fired).toBe(true);
  expect(outcome).toMatchObject({ state: 'done' });
  expect(outcome.lines.join('\n')).toMatch(/the restore log could not be written: E(NOSPC|FBIG)/);
  expect(await here.live()).toEqual(['new state', 'new state', 'new state']);
  expect(await readdir(here.file('started'))).toEqual([]);
});

/** The log's last block may have room for some lines: it is filled up, so that the next line does not fit. */
async function fillLastBlock(here: RestoreSite): Promise<void> {
  const path = join(here.stateFolder, 'restores', 'run1.txt');
  for (const piece of [4096, 512, 64, 8, 1]) {
    for (let more = true; more; ) {
      more = await appendFile(path, '.'.repeat(piece)).then(
        () => true,
        () => false,
      );
    }
  }
}
