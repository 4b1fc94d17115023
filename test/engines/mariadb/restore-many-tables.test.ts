import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backupToFolder, type FolderBackup } from './backup-to-folder.ts';
import { restoreOf } from './restore-databases.ts';
import { type ServerState, serverState } from './server-state.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';

const TABLES = 1_000;
const SET = ['many'];

let server: TestMariadb;
let backup: FolderBackup;
let archived: ServerState;
let live: ServerState;

beforeAll(async () => {
  server = await startMariadb();
  await server.sql(['CREATE DATABASE many']);
  const tables = Array.from({ length: TABLES }, (_, i) => {
    const parent = i % 10 === 0 ? '' : `, CONSTRAINT fk${i} FOREIGN KEY (p) REFERENCES t${i - (i % 10)} (id)`;
    return [
      `CREATE TABLE t${i} (id INT PRIMARY KEY, p INT, KEY (p)${parent})`,
      `INSERT INTO t${i} VALUES (${i}, NULL)`,
    ];
  });
  await server.sql(tables.flat(), 'many');
  archived = await serverState(server, SET);
  backup = await backupToFolder(server, SET);
  await server.sql(['UPDATE t0 SET id = -1', 'DROP TABLE t999', 'CREATE TABLE since (a INT)'], 'many');
  live = await serverState(server, SET);
}, 120_000);

afterAll(async () => {
  await backup[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

test('the server killed in the middle of the RENAME of 1,000 tables: all is as it was', async () => {
  {
    let during = 0;
    await using restore = await restoreOf(backup, server, {
      onStep: (step) => {
        if (step === 'rename')
          killer = killInRename((tables) => {
            during = tables;
          });
      },
    });
    let killer: Promise<void> = Promise.resolve();
    await restore.prepare();
    await expect(restore.switchOver()).rejects.toMatchObject({
      code: 'switch-failed',
      hint: expect.stringContaining('as they were before'),
    });
    await killer;
    expect(during, 'tables that had moved when it was killed').toBeGreaterThan(10);
    expect(during).toBeLessThan(TABLES);
  }
  expect(await serverState(server, SET)).toEqual(live);
}, 120_000);

test('1,000 tables with foreign keys are switched over and are as they were at the backup', async () => {
  await using restore = await restoreOf(backup, server);
  await restore.prepare();
  const start = performance.now();
  await restore.switchOver();
  console.log(`switch-over of ${TABLES} tables: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  expect((await serverState(server, SET)).objects).toEqual(archived.objects);
}, 120_000);

/** Waits until the RENAME has moved some tables, then kills the server as a power cut would, and starts it again. */
async function killInRename(told: (tables: number) => void): Promise<void> {
  const watcher = await server.connect();
  try {
    for (;;) {
      const [rows] = await watcher.query(
        "SELECT COUNT(*) AS n FROM information_schema.INNODB_SYS_TABLES WHERE NAME LIKE 'lb@_%@_old@_1/%' ESCAPE '@'",
      );
      const moved = Number((rows as { n: string }[])[0]?.n);
      if (moved > 10) {
        told(moved);
        break;
      }
      await wait(5);
    }
  } finally {
    watcher.destroy();
  }
  await server.kill();
  await server.restart();
}
