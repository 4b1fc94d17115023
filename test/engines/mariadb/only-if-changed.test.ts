import { mkdir, readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runBackup } from '#backup/run-backup.ts';
import type { RunResult } from '#journal/run-result.ts';
import { systemClock } from '#platform/clock.ts';
import { mariadbSource } from '#sources/mariadb/mariadb-source.ts';
import { backupParts, NEVER } from '../../fakes/backup-parts.ts';
import { type TemporaryFolder, temporaryFolder } from '../../fakes/temporary-folder.ts';
import { serverOf } from './backup-to-folder.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';

function sourceOf(db: TestMariadb, databases = ['ac']) {
  return mariadbSource({
    name: 'main',
    server: serverOf(db),
    databases,
    importance: 'normal',
    exact: 'snapshot',
    clock: systemClock(),
  });
}

async function fingerprints(db: TestMariadb): Promise<Record<string, string | undefined>> {
  await using view = await sourceOf(db).freeze(NEVER);
  return Object.fromEntries(view.components.map(({ id, fingerprint }) => [id, fingerprint]));
}

/** A destination of its own and a way to back the server up into it, an hour after the time before. */
async function place(db: TestMariadb, folder: TemporaryFolder) {
  const destination = folder.file('backups');
  await mkdir(destination);
  const parts = backupParts({
    destination,
    state: folder.file('state'),
    sources: [sourceOf(db)],
    onlyIfChanged: true,
  });
  return {
    async backUp(): Promise<RunResult> {
      parts.clock.pass(3600);
      return await runBackup(parts, NEVER);
    },
    archives: async () => (await readdir(destination)).filter((name) => name.endsWith('.zip')).length,
  };
}

const MAKE = [
  'CREATE OR REPLACE DATABASE ac',
  'CREATE TABLE ac.door (id INT PRIMARY KEY, name VARCHAR(40))',
  "INSERT INTO ac.door SELECT seq, CONCAT('Tür ', seq) FROM mysql.seq_1_to_500",
  'CREATE VIEW ac.first AS SELECT * FROM ac.door WHERE id < 10',
];

/** Background work after a write (purge, checkpoint) moves InnoDB's number a last time. */
async function settled(db: TestMariadb): Promise<void> {
  const number = async (): Promise<string> =>
    JSON.stringify(await db.sql("SHOW GLOBAL STATUS LIKE 'Innodb_lsn_current'"));
  let quiet = 0;
  for (let last = await number(); quiet < 6; quiet += 1) {
    await sleep(250);
    const now = await number();
    if (now !== last) quiet = -1;
    last = now;
  }
}

describe('[FD-21] a server with a binary log', () => {
  let db: TestMariadb;
  beforeAll(async () => {
    db = await startMariadb({ conf: ['log-bin=binlog', 'server-id=1'] });
  });
  afterAll(async () => {
    await db?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await db.sql(MAKE);
    await settled(db);
  });

  test('[FD-21] nothing was written: the same fingerprints, and a run that reads nothing', async () => {
    const first = await fingerprints(db);
    expect(first['mariadb/main/ac']).toMatch(/^[0-9a-f]{64}$/);
    await settled(db);
    expect(await fingerprints(db)).toEqual(first);

    await using folder = await temporaryFolder();
    const here = await place(db, folder);
    expect((await here.backUp()).state).toBe('done');
    const again = await here.backUp();
    expect(again).toMatchObject({ state: 'skipped' });
    expect(again.lines).toContain('unchanged by the state of every source');
  });

  test.each([
    ['a row', ["UPDATE ac.door SET name = 'Tor' WHERE id = 7"]],
    ['a row, past the binary log', ['SET sql_log_bin = 0', "UPDATE ac.door SET name = 'Tor' WHERE id = 7"]],
    ['a column', ['ALTER TABLE ac.door ADD COLUMN open INT']],
    [
      'a view, past the binary log',
      ['SET sql_log_bin = 0', 'CREATE OR REPLACE VIEW ac.first AS SELECT 1 AS one'],
    ],
    [
      'a trigger, past the binary log',
      [
        'SET sql_log_bin = 0',
        'CREATE TRIGGER ac.tidy BEFORE INSERT ON ac.door FOR EACH ROW SET NEW.name = TRIM(NEW.name)',
      ],
    ],
  ])('[FD-21] %s: another fingerprint, and a new archive', async (_what, statements) => {
    await using folder = await temporaryFolder();
    const here = await place(db, folder);
    await here.backUp();
    const first = await fingerprints(db);
    await db.sql(statements);
    expect((await fingerprints(db))['mariadb/main/ac']).not.toBe(first['mariadb/main/ac']);
    expect((await here.backUp()).state).toBe('done');
    expect(await here.archives()).toBe(2);
  });

  test('[FD-21] written to elsewhere, or there and back: read, and found to be the same', async () => {
    await using folder = await temporaryFolder();
    const here = await place(db, folder);
    await here.backUp();
    await db.sql([
      'CREATE OR REPLACE DATABASE other',
      'CREATE TABLE other.t (a INT)',
      'INSERT INTO other.t VALUES (1)',
    ]);
    await db.sql([
      "UPDATE ac.door SET name = 'Tor' WHERE id = 7",
      "UPDATE ac.door SET name = 'Tür 7' WHERE id = 7",
    ]);
    const again = await here.backUp();
    expect(again).toMatchObject({ state: 'skipped' });
    expect(again.lines).toContain('unchanged by content');
  });

  test('[FD-21] a table that InnoDB does not keep: only its content can tell', async () => {
    await db.sql('CREATE TABLE ac.log (a INT) ENGINE = MyISAM');
    expect((await fingerprints(db))['mariadb/main/ac']).toBeUndefined();
  });

  test('[FD-21] an account that comes or changes is a change', async () => {
    await using folder = await temporaryFolder();
    const here = await place(db, folder);
    await db.sql([
      "CREATE OR REPLACE USER app@localhost IDENTIFIED BY 'a'",
      'GRANT SELECT ON ac.* TO app@localhost',
    ]);
    await here.backUp();
    await db.sql(['SET sql_log_bin = 0', 'GRANT INSERT ON ac.* TO app@localhost']);
    expect((await here.backUp()).state).toBe('done');
  });
});

test('[FD-21] without a binary log the content tells: the same is skipped, a row more is saved', async () => {
  await using db = await startMariadb();
  await db.sql(MAKE);
  expect((await fingerprints(db))['mariadb/main/ac']).toBeUndefined();
  await using folder = await temporaryFolder();
  const here = await place(db, folder);
  await here.backUp();
  const again = await here.backUp();
  expect(again).toMatchObject({ state: 'skipped' });
  expect(again.lines).toContain('unchanged by content');
  await db.sql("INSERT INTO ac.door VALUES (1000, 'neu')");
  expect((await here.backUp()).state).toBe('done');
});
