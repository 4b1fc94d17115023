import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import type { MssqlServer } from '#sources/mssql/connection.ts';
import { mssqlSource } from '#sources/mssql/mssql-source.ts';
import { quoteName } from '#sources/mssql/quote-name.ts';
import { mssqlTarget } from '#sources/mssql/target/mssql-target.ts';
import { switchedMssql } from '#sources/mssql/target/switch/switched-mssql.ts';
import type { RestoreLog, SwitchedTarget } from '#sources/restore-target.ts';
import { openTestServer, type SuiteServer } from './open-test-server.ts';
import { never } from './restore-sets.ts';
import { type Saved, save } from './staged-server.ts';

/** There and back by what a server tells of itself alone: the same on ours and, with MSSQL_TEST_URL, on a real one. */
let server: SuiteServer;
let saved: Saved;
let databases: string[];
let login: string;
let archived: unknown;

beforeAll(async () => {
  server = await openTestServer();
  databases = [server.name('AC'), server.name("O'Brien [x] größe")];
  login = server.name('app');
  await server.sql(`CREATE LOGIN ${quoteName(login)} WITH PASSWORD = N'a-Long1Password', CHECK_POLICY = OFF`);
  for (const name of databases) {
    await server.sql(`CREATE DATABASE ${quoteName(name)}`);
    await server.sql(
      [
        'CREATE TABLE dbo.door (id INT NOT NULL PRIMARY KEY, name NVARCHAR(40) NULL)',
        "INSERT INTO dbo.door VALUES (1, N'Tür 1'), (2, N'it''s open')",
        'CREATE VIEW dbo.first_door AS SELECT id FROM dbo.door',
        `CREATE USER ${quoteName(login)} FOR LOGIN ${quoteName(login)}`,
      ],
      name,
    );
  }
  archived = await contents();
  const source = mssqlSource({
    name: 'main',
    server: signIn(),
    databases,
    importance: 'normal',
    staging: staging(),
    stallMs: 120_000,
    conf: '/etc/lifeboat/sysbackup.conf',
    clock: systemClock(),
  });
  saved = await save(source);
});

afterAll(async () => {
  for (const { name } of await server.sql('SELECT name FROM sys.databases')) {
    if (/^lb_run8\w+$/.test(String(name))) await server.sql(`DROP DATABASE ${quoteName(String(name))}`);
  }
  await rm(saved.folder, { recursive: true, force: true });
  await server[Symbol.asyncDispose]();
});

test('[BS-26] backed up, changed, restored, and gone back from', async () => {
  await server.sql(["UPDATE dbo.door SET name = N'changed'", 'DROP TABLE dbo.door'], databases[0]);
  await server.sql("INSERT INTO dbo.door VALUES (3, N'new')", databases[1]);
  const changed = await contents();
  expect(changed).not.toEqual(archived);
  await using target = mssqlTarget({
    name: 'main',
    server: signIn(),
    components: saved.records,
    archive: saved.archive,
    staging: staging(),
    stallMs: 120_000,
    check: 'full',
    conf: '/etc/lifeboat/sysbackup.conf',
    stateFolder: join(tmpdir(), 'lifeboat-state'),
    run: 'run8',
  });
  const stageAndSwitch = async (): Promise<SwitchedTarget> => {
    for (const record of saved.records) {
      await target.stage(record, saved.archive, { signal: never, onBytes: () => undefined });
    }
    for (const { result } of await target.check(never)) {
      expect(result).toMatch(/^DBCC CHECKDB found nothing wrong; \d+ objects as in the archive/);
    }
    const record = await target.prepare(never);
    await target.switchOver(silent, never);
    return switchedMssql(record, { server: signIn(), stateFolder: tmpdir(), stallMs: 120_000 });
  };
  const { findings } = await target.inspect(never);
  expect(findings.filter(({ level }) => level === 'problem')).toEqual([]);
  const switched = await stageAndSwitch();
  expect(await contents()).toEqual(archived);
  await switched.goBack(silent, never);
  await switched.forget(never);
  expect(await contents()).toEqual(changed);
});

const silent: RestoreLog = { before: async () => undefined, done: async () => undefined };

function signIn(): MssqlServer {
  const { host, port, user, password, ours } = server;
  const tls = ours === undefined ? { trust: true, ca: undefined } : undefined;
  return { address: { host, port }, user, password: async () => password, tls };
}

function staging(): { serverPath: string; localPath: string } {
  return { serverPath: server.staging.server, localPath: server.staging.local };
}

async function contents(): Promise<unknown> {
  const all: unknown[] = [];
  for (const name of databases) {
    const tables = await server.sql(
      "SELECT name FROM sys.objects WHERE type = 'U' AND is_ms_shipped = 0",
      name,
    );
    const rows =
      tables.length === 0 ? [] : await server.sql('SELECT id, name FROM dbo.door ORDER BY id', name);
    const users = await server.sql(`SELECT name FROM sys.database_principals WHERE name = N'${login}'`, name);
    const [about] = await server.sql(
      `SELECT state_desc, user_access_desc, recovery_model_desc, compatibility_level FROM sys.databases WHERE name = DB_NAME()`,
      name,
    );
    all.push({ name, tables, rows, users, about });
  }
  return all;
}
