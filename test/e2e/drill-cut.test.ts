import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { CANARIES, leftIn, liveState, newestReport } from './drilled.ts';
import { type RealSystem, realSystem } from './real-system.ts';
import { type Ended, runProgram } from './run-program.ts';

let mariadb: TestMariadb;
beforeAll(async () => {
  mariadb = await startMariadb();
}, 60_000);
afterAll(() => mariadb[Symbol.asyncDispose]());

test('[LB-03] stopped at any moment it leaves nothing, and nothing live is touched', async () => {
  await using system = await realSystem({ mariadb, conf: CANARIES });
  await system.lifeboat('backup');
  const before = await liveState(system, mariadb);
  for (const [stage, wait] of MOMENTS) {
    const { status, stdout } = await cutDrill(system, 'SIGTERM', stage, wait);
    expect(stdout, `${stage} + ${wait} ms`).toMatch(/drill interrupted/);
    expect(status).toBe(130);
    expect(await liveState(system, mariadb)).toEqual(before);
    expect(leftIn(system)).toEqual([]);
    expect(newestReport(system).result).toBe('stopped');
  }
}, 120_000);

test('[LB-03] what a killed drill made is found by the next one and dropped, and nothing else', async () => {
  await using system = await realSystem({ mariadb, conf: CANARIES });
  await system.lifeboat('backup');
  // Named as a drill's, and nobody's that this system knows of.
  const strangers = ['lb_drill0123456789_1', 'lb_drillx', 'lb_drill'];
  await mariadb.sql(strangers.map((name) => `CREATE DATABASE ${name}`));
  await mkdir(join(system.state, 'drills', 'lifeboat-drill-20260101T000000Z-000000'), { recursive: true });
  const before = await liveState(system, mariadb);
  let seen = 0;
  for (const [stage, wait] of MOMENTS) {
    const { status } = await cutDrill(system, 'SIGKILL', stage, wait);
    expect(status).toBe(null);
    const now = await liveState(system, mariadb);
    seen += now.databases.length - before.databases.length;
    expect({ ...now, databases: before.databases }, `${stage} + ${wait} ms`).toEqual(before);
  }
  expect(seen, 'databases that killed drills left').toBeGreaterThan(0);

  const { status, stdout } = await system.lifeboat('drill');

  expect(stdout).toMatch(
    /left over +database lb_drill[0-9a-f]{10}_\d on mariadb\/main, left by drill .*, was dropped/,
  );
  expect(status).toBe(0);
  expect(await liveState(system, mariadb)).toEqual(before);
  expect(leftIn(system)).toEqual(['lifeboat-drill-20260101T000000Z-000000']);
  await mariadb.sql(strangers.map((name) => `DROP DATABASE ${name}`));
}, 120_000);

/** Stages that the drill says it is at, and how long after that it is cut off. */
const MOMENTS: [stage: string, milliseconds: number][] = [
  ['verifying', 0],
  ['restoring to scratch', 0],
  ['restoring to scratch', 40],
  ['restoring to scratch', 90],
  ['checking', 0],
  ['asking canaries', 0],
  ['asking canaries', 60],
];

async function cutDrill(
  system: RealSystem,
  signal: NodeJS.Signals,
  stage: string,
  wait: number,
): Promise<Ended> {
  let kill: (signal: NodeJS.Signals) => void = () => undefined;
  const late = new AbortController();
  const ended = await runProgram('service', ['--conf', system.conf, 'drill'], {
    onStart: (start) => {
      kill = start;
    },
    onProgress(text) {
      if (!text.includes(stage) || late.signal.aborted) return;
      late.abort();
      setTimeout(() => kill(signal), wait);
    },
  });
  expect(late.signal.aborted, `it came to ${stage}`).toBe(true);
  return ended;
}
