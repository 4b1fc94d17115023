import { afterEach, describe, expect, test } from 'vitest';
import { messagesOf } from './messages-of.ts';
import { startMssql, type TestMssql, type TestMssqlOptions } from './start-mssql.ts';

/** What of a database travels in its backup, what does not, and what a database's state lets one do. */
let server: TestMssql | undefined;
afterEach(async () => {
  const defects = server?.defects ?? [];
  await server?.[Symbol.asyncDispose]();
  server = undefined;
  expect(defects).toEqual([]);
});

const BAK = '/var/opt/mssql/backup/shop.bak';
const BACKUP = `BACKUP DATABASE shop TO DISK = N'${BAK}' WITH COPY_ONLY, INIT, FORMAT, CHECKSUM`;
const RESTORE = `RESTORE DATABASE copy FROM DISK = N'${BAK}' WITH MOVE N'shop' TO N'/var/opt/mssql/data/copy.mdf',
  MOVE N'shop_log' TO N'/var/opt/mssql/data/copy.ldf'`;

async function start(options: TestMssqlOptions = {}): Promise<TestMssql> {
  server = await startMssql({ logins: [{ name: 'owner', password: 'x', roles: ['dbcreator'] }], ...options });
  await server.sql('CREATE DATABASE shop');
  await server.sql(
    'CREATE TABLE items (id int PRIMARY KEY); INSERT INTO items VALUES (1), (2); CREATE ROLE readers',
    'shop',
  );
  await server.sql('CREATE VIEW all_items AS SELECT id FROM items', 'shop');
  return server;
}

describe('a backup', () => {
  test('carries rows, objects, users, roles and options; not trust, nor the owner', async () => {
    const { sql, database, contentOf } = await start();
    await sql('ALTER AUTHORIZATION ON DATABASE::shop TO owner');
    await sql([
      'ALTER DATABASE shop SET RECOVERY BULK_LOGGED, TRUSTWORTHY ON, COMPATIBILITY_LEVEL = 140, AUTO_UPDATE_STATISTICS_ASYNC ON',
      BACKUP,
      RESTORE,
    ]);
    expect(contentOf('copy')).toBe(contentOf('shop'));
    expect(database('copy')).toMatchObject({
      recovery: 'BULK_LOGGED',
      compatibility: 140,
      asyncStatistics: true,
      trustworthy: false,
      ownerSid: Buffer.from([1]),
    });
    const [dbo] = await sql(
      "SELECT SUSER_SNAME(sid) AS who FROM copy.sys.database_principals WHERE name = N'dbo'",
    );
    expect(dbo).toEqual({ who: 'owner' });
    await sql('ALTER AUTHORIZATION ON DATABASE::copy TO owner');
    expect(database('copy').ownerSid).toEqual(database('shop').ownerSid);
  });

  test('carries single-user mode, which its header tells', async () => {
    const { sql, database } = await start();
    await sql(['ALTER DATABASE shop SET SINGLE_USER', BACKUP, RESTORE]);
    const [header] = await sql(`RESTORE HEADERONLY FROM DISK = N'${BAK}'`);
    expect(header).toMatchObject({ IsSingleUser: true });
    expect(database('copy').access).toBe('SINGLE_USER');
  });

  test('is refused within a transaction: 3021, and ALTER DATABASE with 226', async () => {
    const { connect } = await start();
    const pool = await connect();
    await pool.request().batch('BEGIN TRANSACTION');
    expect(await messagesOf(pool.request().batch(BACKUP))).toEqual([3021, 3013]);
    expect(await messagesOf(pool.request().batch('ALTER DATABASE shop SET RECOVERY SIMPLE'))).toEqual([226]);
    await pool.request().batch('COMMIT');
    await pool.request().batch(BACKUP);
    await pool.close();
  });

  test('every byte of a large database comes back', async () => {
    const { sql, grow, contentOf } = await start();
    grow('shop', 8_000_000);
    await sql([BACKUP.replace('CHECKSUM', 'CHECKSUM, COMPRESSION'), RESTORE]);
    expect(contentOf('copy')).toBe(contentOf('shop'));
    await sql('INSERT INTO items VALUES (3)', 'copy');
    expect(contentOf('copy')).not.toBe(contentOf('shop'));
  });
});

describe('a restore', () => {
  test('3142: not over a file that lies there already, unless it replaces', async () => {
    const { sql } = await start();
    await sql([BACKUP, RESTORE, 'ALTER DATABASE copy SET OFFLINE', 'DROP DATABASE copy']);
    expect(await messagesOf(sql(RESTORE))).toEqual([3142, 3142, 3119, 3013]);
    await sql(`${RESTORE}, REPLACE`);
  });

  test('over a database that an earlier try left RESTORING, without REPLACE', async () => {
    const { sql, failNext, database } = await start();
    await sql(BACKUP);
    const fault = failNext(/^RESTORE DATABASE/, [3013], { at: 50 });
    expect(await messagesOf(sql(RESTORE))).toEqual([3013]);
    expect(fault.fired).toBe(1);
    expect(database('copy').state).toBe('RESTORING');
    await sql(RESTORE);
    expect(database('copy').state).toBe('ONLINE');
  });

  test('3159: over a database whose log was not backed up', async () => {
    const { sql } = await start();
    await sql(BACKUP);
    expect(await messagesOf(sql(`RESTORE DATABASE shop FROM DISK = N'${BAK}'`))).toEqual([3159, 3013]);
  });

  test('keeps the owner of the database that it replaces', async () => {
    const { sql, database } = await start();
    await sql(['ALTER AUTHORIZATION ON DATABASE::shop TO owner', BACKUP]);
    await sql(`RESTORE DATABASE shop FROM DISK = N'${BAK}' WITH REPLACE`);
    expect(database('shop').ownerSid).toEqual(database('shop').content.dboSid);
  });
});

describe('a database that cannot be opened', () => {
  test.for([
    { state: 'SUSPECT', number: 926 },
    { state: 'RECOVERY_PENDING', number: 945 },
    { state: 'OFFLINE', number: 942 },
  ] as const)('$state: $number wherever it would have to be', async ({ state, number }) => {
    const { sql, database, state: ours } = await start();
    database('shop').state = state;
    expect(await messagesOf(sql('USE shop'))).toEqual([number]);
    expect(await messagesOf(sql(BACKUP))).toEqual([number, 3013]);
    const rename = 'ALTER DATABASE shop MODIFY NAME = store';
    ours.renamesClosed = false;
    expect(await messagesOf(sql(rename))).toEqual([number, 5069]);
    ours.renamesClosed = true;
    await sql([rename, 'ALTER DATABASE store MODIFY NAME = shop']);
    expect(await messagesOf(sql('SELECT * FROM shop.dbo.items'))).toEqual([number]);
    expect(await sql("SELECT state_desc AS s FROM sys.databases WHERE name = N'shop'")).toEqual([
      { s: state },
    ]);
    await sql('DROP DATABASE shop');
  });
});

describe('sessions', () => {
  test('SET SINGLE_USER without ROLLBACK waits until the others are gone', async () => {
    const { sql, occupy, database } = await start();
    const application = occupy('shop');
    const waiting = sql('ALTER DATABASE shop SET SINGLE_USER');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(database('shop').access).toBe('MULTI_USER');
    application[Symbol.dispose]();
    await waiting;
    expect(database('shop').access).toBe('SINGLE_USER');
  });

  test('4064: a login whose own database is gone', async () => {
    const { sql, connect } = await start();
    await sql(['CREATE DATABASE own', 'ALTER LOGIN owner WITH DEFAULT_DATABASE = own', 'DROP DATABASE own']);
    await expect(connect({ user: 'owner', password: 'x' })).rejects.toThrow(/Login failed/);
    await (await connect({ user: 'owner', password: 'x', database: 'master' })).close();
  });

  test('only sysadmin sees the hashes of passwords, and sessions of others', async () => {
    const { connect, occupy } = await start();
    using _application = occupy('shop');
    const pool = await connect({ user: 'owner', password: 'x' });
    const { recordset } = await pool.query('SELECT password_hash AS hash FROM sys.sql_logins');
    expect(recordset.every(({ hash }) => hash === null)).toBe(true);
    expect((await pool.query('SELECT session_id FROM sys.dm_exec_sessions')).recordset).toHaveLength(1);
    await pool.close();
  });
});
