import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { listRestoreLogs } from '#restore/log/list-restore-logs.ts';
import { seededRandom } from '../fakes/seeded-random.ts';
import { type KilledSystem, killedSystem } from './killed-system.ts';

/** Every record is too much for each run of the tests: EVERY_RECORD=1 takes them all. */
const EVERY = process.env['EVERY_RECORD'] === '1';
const UNITS = ['units = product.service'];

/** `after:1`, `torn:2`, `before:3` and so on, or every one of them. */
function moments(records: number, step: number): string[] {
  const kinds = ['after', 'torn', 'before'];
  if (EVERY) return Array.from({ length: records }, (_, n) => kinds.map((kind) => `${kind}:${n + 1}`)).flat();
  const some = Array.from({ length: Math.ceil(records / step) }, (_, n) => `${kinds[n % 3]}:${n * step + 1}`);
  // The last record is the end: what comes before it is complete.
  return [...some, `before:${records}`];
}

async function recordsOf(system: KilledSystem): Promise<number> {
  return (await listRestoreLogs(system.state)).logs.at(-1)?.end.records ?? 0;
}

/** What a kill must leave: one of the two states, whole, and nothing else once recover has ended. */
async function mended(system: KilledSystem, what: string): Promise<string[]> {
  const { logs, damaged } = await listRestoreLogs(system.state);
  expect(damaged).toEqual([]);
  const open = logs.filter(({ ended }) => ended === undefined);
  if (open[0]?.begin.barrier.files.length === 2 && !open[0].switched && open[0].prepared.length > 0) {
    expect(existsSync(join(system.units, 'product.service.d')), `${what}: kept from starting`).toBe(true);
    const refused = await system.lifeboat('backup');
    expect(refused.status, `${what}: ${refused.stdout}`).toBe(78);
  }
  const first = await system.restore(['recover']);
  expect(first, `${what}: ${first.stdout}${first.stderr}`).toMatchObject({ status: 0 });
  if (open.length > 0) expect(first.stdout).toMatch(/recover done .*(is rolled back|is finished)/);
  expect(await readdir(system.units).catch(() => []), `${what}: nothing keeps it from starting`).toEqual([]);
  expect((await readdir(join(system.state, 'restores'))).filter((name) => name.endsWith('.open'))).toEqual(
    [],
  );
  expect(await system.restore(['recover']), what).toMatchObject({
    status: 0,
    stdout: 'no restore was cut off: nothing to recover\n',
  });
  return system.now();
}

async function keptRuns(system: KilledSystem): Promise<{ run: string }[]> {
  return JSON.parse((await system.restore(['--json', 'kept'])).stdout);
}

/** Back to the old state, with nothing kept. */
async function reset(system: KilledSystem, old: string[], isNew: boolean): Promise<void> {
  if (isNew) expect(await system.restore(['undo'])).toMatchObject({ status: 0 });
  for (const { run } of await keptRuns(system)) {
    expect(await system.restore(['forget', run])).toMatchObject({ status: 0 });
  }
  expect(await system.leftovers()).toEqual([]);
  expect(system.now()).toEqual(old);
}

test(
  '[LB-01] a restore that is killed ends in the old state or in the new one, whole, whatever it was doing',
  async () => {
    await using system = await killedSystem({ system: UNITS });
    const old = system.now();
    expect(await system.restore(['apply', system.archive, '--yes'])).toMatchObject({ status: 0 });
    const restored = system.now();
    expect(restored).not.toEqual(old);
    const records = await recordsOf(system);
    await reset(system, old, true);

    const ends = { old: 0, new: 0 };
    for (const moment of moments(records, 9)) {
      const env = { LIFEBOAT_TEST_KILL: moment };
      const killed = await system.restore(['apply', system.archive, '--yes'], { env });
      expect(killed.status, `${moment}: ${killed.stdout}`).toBeNull();
      const now = await mended(system, moment);
      const isNew = JSON.stringify(now) === JSON.stringify(restored);
      if (!isNew) expect(now, moment).toEqual(old);
      if (!isNew) expect(await system.leftovers(), moment).toEqual([]);
      ends[isNew ? 'new' : 'old'] += 1;
      await reset(system, old, isNew);
    }
    expect(ends.old).toBeGreaterThan(0);
    expect(ends.new).toBeGreaterThan(0);
  },
  EVERY ? 3_600_000 : 240_000,
);

test('[LB-01] the same at random times, and while recover itself is at work', async () => {
  await using system = await killedSystem();
  const random = seededRandom();
  const old = system.now();
  const start = performance.now();
  expect(await system.restore(['apply', system.archive, '--yes'])).toMatchObject({ status: 0 });
  const longest = performance.now() - start;
  const restored = system.now();
  await reset(system, old, true);
  for (let round = 0; round < 3; round += 1) {
    const wait = longest * (0.3 + 0.7 * random());
    await system.restore(['apply', system.archive, '--yes'], {
      onStart: (kill) => void sleep(wait).then(() => kill('SIGKILL')),
    });
    const { logs } = await listRestoreLogs(system.state);
    const next = (logs.at(-1)?.end.records ?? 0) + 1 + Math.trunc(random() * 6);
    await system.restore(['recover'], { env: { LIFEBOAT_TEST_KILL: `after:${next}` } });
    const now = await mended(system, `${wait} ms, then record ${next}`);
    const isNew = JSON.stringify(now) === JSON.stringify(restored);
    if (!isNew) expect(now).toEqual(old);
    await reset(system, old, isNew);
  }
}, 120_000);

test(
  '[LB-02] [LB-01] an undo that is killed ends in the state before it or in the one it brings back',
  async () => {
    await using system = await killedSystem({ system: UNITS });
    const old = system.now();
    expect(await system.restore(['apply', system.archive, '--yes'])).toMatchObject({ status: 0 });
    const restored = system.now();
    expect(await system.restore(['undo'])).toMatchObject({ status: 0 });
    expect(system.now()).toEqual(old);
    const records = await recordsOf(system);

    let [from, to] = [old, restored];
    for (const moment of moments(records, 9)) {
      const killed = await system.restore(['undo'], { env: { LIFEBOAT_TEST_KILL: moment } });
      expect(killed.status, `${moment}: ${killed.stdout}`).toBeNull();
      const now = await mended(system, moment);
      const went = JSON.stringify(now) === JSON.stringify(to);
      if (!went) expect(now, moment).toEqual(from);
      if (went) [from, to] = [to, from];
      expect(await keptRuns(system), moment).toHaveLength(1);
    }
    await reset(system, old, from === restored);
  },
  EVERY ? 3_600_000 : 240_000,
);

/** Numbers of the records of the newest log that are steps whose words have this. */
async function stepsOf(system: KilledSystem, words: string): Promise<number[]> {
  const log = (await listRestoreLogs(system.state)).logs.at(-1);
  const lines = (await readFile(log?.path ?? '', 'utf8')).trim().split('\n');
  const records = lines.map((line) => JSON.parse(line) as { n: number; kind: string; what?: string });
  return records.filter(({ kind, what }) => kind === 'step' && what?.includes(words)).map(({ n }) => n);
}

test('[LB-01] [LB-02] an undo that is killed while the folder around a database is exchanged is ended by one recover', async () => {
  await using system = await killedSystem();
  const old = system.now();
  expect(await system.restore(['apply', system.archive, '--yes'])).toMatchObject({ status: 0 });
  const restored = system.now();
  expect(await system.restore(['undo'])).toMatchObject({ status: 0 });
  const steps = [...(await stepsOf(system, 'folder/db')), ...(await stepsOf(system, 'carry over'))];
  const databaseSteps = await stepsOf(system, 'sqlite/log');
  expect(steps.length, 'both renames and both that carry over').toBe(4);
  expect(await system.restore(['undo'])).toMatchObject({ status: 0 });
  expect(system.now()).toEqual(restored);
  const kill = async (command: string, moment: string): Promise<void> => {
    const killed = await system.restore([command], { env: { LIFEBOAT_TEST_KILL: moment } });
    expect(killed.status, `${command} ${moment}: ${killed.stdout}`).toBeNull();
  };
  for (const moment of steps.map((n) => `before:${n + 1}`)) {
    await kill('undo', moment);
    expect(await mended(system, moment), moment).toEqual(restored);
  }

  // The same on the way back, by a recover that is killed as well: the database inside has gone back by then.
  const end = (databaseSteps.at(-1) ?? 0) + 1;
  const moved = `before:${end}`;
  await kill('undo', moved);
  expect(await mended(system, moved)).toEqual(restored);
  const back = [...(await stepsOf(system, 'folder/db')), ...(await stepsOf(system, 'carry over'))].filter(
    (n) => n >= end,
  );
  expect(back.length, 'and that it is gone back in').toBe(5);
  for (const moment of back.map((n) => `before:${n + 1}`)) {
    await kill('undo', moved);
    await kill('recover', moment);
    expect(await mended(system, `recover ${moment}`), moment).toEqual(restored);
  }
  await reset(system, old, true);
}, 240_000);
