import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dropStagedMariadb } from '#sources/mariadb/target/staging/drop-staged-mariadb.ts';
import type { SwitchRecord } from '#sources/restore-target.ts';
import { serverOf } from './backup-to-folder.ts';
import { never, restoreOf } from './restore-databases.ts';
import { differences, type SwitchCase, silent, switchCase } from './switch-case.ts';

/** Enough tables that a RENAME of them takes a while. */
const MANY = Array.from(
  { length: 40 },
  (_, i) => `CREATE TABLE ac.many_${i} (id INT PRIMARY KEY, up INT,
  CONSTRAINT many_${i}_up FOREIGN KEY (up) REFERENCES ac.door (id))`,
);

let system: SwitchCase;
let old: string[];

beforeEach(async () => {
  system = await switchCase({ before: MANY });
  old = await system.everything();
});

afterEach(async () => {
  await system[Symbol.asyncDispose]();
});

/** Milliseconds after the RENAME began. */
const MOMENTS = [0, 30, 90];

/** Kills the server so long after its RENAME began, unless that was over. */
async function killInRename(after: number, work: () => Promise<unknown>): Promise<string> {
  const watcher = await system.server.connect();
  watcher.on('error', () => undefined);
  const working = work().catch((error: unknown) => error);
  let seen = 'the RENAME was over before it was seen';
  for (let tries = 0; tries < 2000; tries += 1) {
    const [rows] = await watcher.query(
      "SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE 'RENAME TABLE%many%'",
    );
    if ((rows as unknown[]).length === 0) {
      if (await Promise.race([working.then(() => true), wait(1, false)])) break;
      continue;
    }
    await wait(after);
    await system.server.kill();
    seen = 'killed';
    break;
  }
  watcher.destroy();
  await working;
  await system.server.restart();
  return seen;
}

test('[LB-01] mariadbd killed in the RENAME of a switch-over, and in that of an undo: the record ends it in the exact old or new state', async () => {
  await system.restore.prepare();
  const fired: string[] = [];
  for (const after of MOMENTS) {
    const record = await system.prepare();
    fired.push(await killInRename(after, () => system.restore.switchOver()));
    await system.switched(record).goBack(silent, never);
    expect(differences(await system.everything(), old), `${after} ms`).toEqual([]);
  }
  const record = await system.prepare();
  await system.restore.switchOver();
  const restored = await system.everything();
  for (const [number, after] of MOMENTS.entries()) {
    const undo = await system.switched(record).reverse(never);
    fired.push(await killInRename(after, () => system.switched(record).goBack(silent, never)));
    if (number % 2 === 0) {
      await system.switched(record).goBack(silent, never);
      expect(differences(await system.everything(), old), `undo, ${after} ms`).toEqual([]);
    }
    await system.switched(undo).goBack(silent, never);
    expect(differences(await system.everything(), restored), `undo, ${after} ms`).toEqual([]);
  }
  expect(fired.filter((one) => one === 'killed').length, fired.join()).toBeGreaterThan(3);
}, 240_000);

test('[LB-01] a restore killed while it stages: what it announced is dropped, local_infile is off again, nothing else is touched', async () => {
  const { server, line } = system;
  await server.sql(['SET GLOBAL local_infile = 0', 'CREATE DATABASE lb_another0d6_1']);
  const killed = await restoreOf(system.backup, server, {
    server: { ...serverOf(server), address: { host: '127.0.0.1', port: line.port } },
    localInfile: 'switch-on',
    run: 'run8',
  });
  const announced = JSON.parse(JSON.stringify(await killed.target.announce(never))) as SwitchRecord;
  for (const at of [3, 20, 60]) {
    line.arm(at, 'after');
    await expect(killed.prepare()).rejects.toThrow();
    expect(line.mend(), 'it was cut off').toBe(true);
    await server.sql('SET GLOBAL local_infile = 1');
    expect(await system.names(), `${at}`).toContain('lb_run80d6_1');
    const options = { server: serverOf(server), stateFolder: killed.stateFolder };
    await dropStagedMariadb(announced, options, never);
    await dropStagedMariadb(announced, options, never);
    expect(await system.names()).toEqual(['lb_another0d6_1']);
    expect(await server.sql('SELECT @@global.local_infile AS `on`')).toEqual([{ on: '0' }]);
    expect(differences(await system.everything(), old)).toEqual([]);
  }
}, 60_000);

test('[LB-01] half a trigger, as a server that was killed while it made one has it, is in the way of neither state', async () => {
  await system.restore.prepare();
  const { record, restored } = await system.switchOver();
  const undo = await system.switched(record).reverse(never);
  for (const [way, state] of [
    [record, old],
    [undo, restored],
  ] as const) {
    await system.switched(way).goBack(silent, never);
    await system.server.kill();
    // Each trigger has a file by its name; that it belongs to the table stands in another, written after it.
    await rm(join(system.server.folder, 'data', 'ac', 'user.TRG'));
    await system.server.restart();
    expect(differences(await system.everything(), state), 'the triggers are gone').not.toEqual([]);
    await system.switched(way).goBack(silent, never);
    expect(differences(await system.everything(), state)).toEqual([]);
  }
}, 60_000);
