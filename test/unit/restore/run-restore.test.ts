import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LifeboatError } from '#platform/errors.ts';
import { takeLock } from '#platform/lock.ts';
import { readRestoreLog } from '#restore/log/read-restore-log.ts';
import type { PlanInput } from '#restore/plan/plan-restore.ts';
import { runRestore } from '#restore/run-restore.ts';
import { NEVER } from '../../fakes/backup-parts.ts';
import {
  manifestOf,
  type RestoreSite,
  restoreSite,
  SAME_SYSTEM,
  withPrograms,
} from '../../fakes/restore-parts.ts';

const OLD = ['old state of file/a', 'old state of file/b', 'old state of file/c'];
const NEW = ['new state', 'new state', 'new state'];

const logOf = (here: RestoreSite) => readRestoreLog(join(here.stateFolder, 'restores', 'run1.ndjson'));

async function failure(running: Promise<unknown>): Promise<LifeboatError> {
  const error = await running.then(
    () => undefined,
    (caught) => caught,
  );
  expect(error).toBeInstanceOf(LifeboatError);
  return error;
}

test('everything is staged and checked before anything is switched, and the old state is kept', async () => {
  await using here = await restoreSite();
  const result = await runRestore(here.parts, await here.plan(), NEVER);
  expect(result).toMatchObject({ state: 'done', archive: 'sample-20260410t214500Z-1.zip' });
  expect(await here.live()).toEqual(NEW);
  const step = (name: string) => ['a', 'b', 'c'].map((letter) => `${name} file/${letter}`);
  expect(here.steps).toEqual([
    ...step('stage'),
    ...step('check'),
    ...step('prepare'),
    ...step('switchOver'),
    ...step('dispose').toReversed(),
  ]);
  expect(await readFile(here.file('live/file-a/old'), 'utf8')).toBe('old state of file/a');
  expect(result.lines).toContain(`kept from before, file/a: ${here.file('live/file-a/old')}`);
  expect(await logOf(here)).toMatchObject({ switched: true, ended: { how: 'done' } });
});

test('[BS-21] without a yes nothing is changed: no step, no lock, no file', async () => {
  await using here = await restoreSite({ agreed: { confirmed: false, keys: new Set() } });
  const error = await failure(runRestore(here.parts, await here.plan(), NEVER));
  expect(error).toMatchObject({
    code: 'not-confirmed',
    message: 'the restore was not confirmed; nothing was changed',
  });
  await nothingChanged(here);
});

async function nothingChanged(here: RestoreSite): Promise<void> {
  expect(here.steps).toEqual([]);
  expect(await here.live()).toEqual(OLD);
  expect(await readdir(here.file('.'))).toEqual(['live']);
  for (const name of await readdir(here.file('live'))) {
    expect(await readdir(here.file(`live/${name}`))).toEqual(['live']);
  }
}

const differing: [string, string, Partial<PlanInput>][] = [
  [
    'another version',
    'version-differs',
    { installed: { ...SAME_SYSTEM, version: { how: 'read', version: '3' } } },
  ],
  [
    'an unknown version',
    'version-unknown',
    { installed: { ...SAME_SYSTEM, version: { how: 'unknown', why: 'gone' } } },
  ],
  ['another product', 'archive-other-system', { installed: { ...SAME_SYSTEM, id: 'x', name: 'Library' } }],
  ['another machine', 'archive-other-system', { installed: { ...SAME_SYSTEM, id: 'x' } }],
  ['places from the archive', 'trust-needed', { profileFromArchive: true }],
];

test.each(differing)(
  '[BS-21] [BS-22] a yes alone is not enough for %s: nothing is changed (%s)',
  async (_what, code, changes) => {
    await using here = await restoreSite();
    expect(await failure(runRestore(here.parts, await here.plan(changes), NEVER))).toMatchObject({
      code,
      message: expect.stringMatching(/nothing was changed$/),
    });
    await nothingChanged(here);
  },
);

test('[BS-21] a yes alone is not enough for an incomplete archive: nothing is changed', async () => {
  await using here = await restoreSite();
  const manifest = manifestOf(here.targets, { state: 'incomplete', reasons: ['folder/log is missing'] });
  expect(await failure(runRestore(here.parts, await here.plan({ manifest }), NEVER))).toMatchObject({
    code: 'archive-incomplete',
    message: 'the archive is incomplete: folder/log is missing; nothing was changed',
  });
  await nothingChanged(here);
});

test('[BS-22] a refusal is not lifted by any agreement', async () => {
  const keys = new Set(['other-machine', 'incomplete', 'archive-profile'] as const);
  await using here = await restoreSite({ agreed: { confirmed: true, keys } });
  const plan = await here.plan({ installed: { ...SAME_SYSTEM, version: { how: 'read', version: '3.0' } } });
  expect(await failure(runRestore(here.parts, plan, NEVER))).toMatchObject({
    code: 'version-differs',
    message: expect.stringMatching(
      /^the archive is of version 2\.9\.8, installed is version 3\.0 \(read\); .*; nothing was changed$/,
    ),
  });
  await nothingChanged(here);
});

test('[BS-22] a version that was typed stands as typed in the lines for the journal', async () => {
  await using here = await restoreSite();
  const plan = await here.plan({
    installed: { ...SAME_SYSTEM, version: { how: 'typed', version: '2.9.8' } },
  });
  const result = await runRestore(here.parts, plan, NEVER);
  expect(result.lines).toContain('the installed version 2.9.8 was typed');
  expect((await logOf(here)).begin?.plan[0]).toContain('installed version 2.9.8 (typed)');
});

test.each(['stage', 'check'] as const)(
  '[BS-26] a failing %s touches nothing live, and the log says so',
  async (step) => {
    await using here = await restoreSite();
    const target = here.targets[1];
    if (target) target.failAt = { [step]: new LifeboatError('check-failed', 'row 7 differs') };
    expect(await failure(runRestore(here.parts, await here.plan(), NEVER))).toMatchObject({
      code: 'check-failed',
    });
    expect(here.steps).toContain(`${step} file/b`);
    expect(here.steps.filter((name) => name.startsWith('switchOver'))).toEqual([]);
    expect(await here.live()).toEqual(OLD);
    // What was staged is dropped.
    expect(await readdir(here.file('live/file-a'))).toEqual(['live']);
    expect(await logOf(here)).toMatchObject({ prepared: [], ended: { how: 'nothing changed' } });
  },
);

test('stop before the switch-over ends it with everything as it was', async () => {
  await using here = await restoreSite();
  const stop = new AbortController();
  const target = here.targets[2];
  if (target)
    target.before = async (step) =>
      void (step === 'check' && stop.abort(new LifeboatError('interrupted', 'stop')));
  expect(await failure(runRestore(here.parts, await here.plan(), stop.signal))).toMatchObject({
    code: 'interrupted',
  });
  expect(await here.live()).toEqual(OLD);
});

test('stop during the switch-over no longer applies: it goes to its end', async () => {
  await using here = await restoreSite();
  const stop = new AbortController();
  const target = here.targets[0];
  if (target)
    target.before = async (step) => void (step === 'switchOver' && stop.abort(new Error('too late')));
  expect(await runRestore(here.parts, await here.plan(), stop.signal)).toMatchObject({ state: 'done' });
  expect(stop.signal.aborted).toBe(true);
  expect(await here.live()).toEqual(NEW);
});

test('the system is stopped before and started after the switch-over', async () => {
  await using here = await restoreSite();
  const note = (word: string) => [
    'sh',
    '-c',
    `echo ${word} $(cat "$0") >> "$1"`,
    here.file('live/file-a/live'),
    here.file('order'),
  ];
  const parts = withPrograms(here.parts, { stop: note('stop'), start: note('start') });
  expect(await runRestore(parts, await here.plan(), NEVER)).toMatchObject({ state: 'done' });
  expect(await readFile(here.file('order'), 'utf8')).toBe('stop old state of file/a\nstart new state\n');
});

test('a system that does not stop is not restored over, and what was stopped of it is started again', async () => {
  await using here = await restoreSite();
  const start = ['sh', '-c', 'echo started > "$0"', here.file('started')];
  const parts = withPrograms(here.parts, { stop: ['sh', '-c', 'echo still busy; exit 4'], start });
  expect(await failure(runRestore(parts, await here.plan(), NEVER))).toMatchObject({
    code: 'command-failed',
    message: expect.stringMatching(
      /^the system could not be stopped: .*status 4: still busy; nothing was changed$/,
    ),
  });
  expect(await here.live()).toEqual(OLD);
  expect(await readFile(here.file('started'), 'utf8')).toBe('started\n');
});

test('[BS-24] a start that fails after the restore ends as incomplete, with the restored state live', async () => {
  await using here = await restoreSite();
  const parts = withPrograms(here.parts, { start: ['sh', '-c', 'echo no licence; exit 1'] });
  expect(await runRestore(parts, await here.plan(), NEVER)).toMatchObject({
    state: 'incomplete',
    message: expect.stringMatching(/are live, but the system's start command failed: .*no licence$/),
    hint: 'start the system by hand',
  });
  expect(await here.live()).toEqual(NEW);
});

test('no restore begins while a run of the system goes on', async () => {
  await using here = await restoreSite();
  await using _lock = await takeLock({ ...here.parts, systemId: '0190-test', purpose: 'a backup' });
  expect(await failure(runRestore(here.parts, await here.plan(), NEVER))).toMatchObject({
    code: 'system-locked',
  });
  expect(here.steps).toEqual([]);
});

test('on another machine both systems are locked', async () => {
  const keys = new Set(['other-machine'] as const);
  await using here = await restoreSite({ agreed: { confirmed: true, keys } });
  await using _lock = await takeLock({ ...here.parts, systemId: 'this-machine', purpose: 'a backup' });
  const plan = await here.plan({ installed: { ...SAME_SYSTEM, id: 'this-machine' } });
  expect(await failure(runRestore(here.parts, plan, NEVER))).toMatchObject({ code: 'system-locked' });
  expect(here.steps).toEqual([]);
});

test('the state folder that cannot be used stops a restore before anything is touched', async () => {
  await using here = await restoreSite();
  await writeFile(here.stateFolder, 'a file');
  expect(await failure(runRestore(here.parts, await here.plan(), NEVER))).toMatchObject({
    code: 'state-unusable',
  });
  expect(here.steps).toEqual([]);
});
