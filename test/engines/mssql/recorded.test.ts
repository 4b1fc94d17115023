import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type mssql from 'mssql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { messagesOf } from './messages-of.ts';
import { openTestServer, requireOurs, type SuiteServer } from './open-test-server.ts';

/**
 * What Lifeboat builds on, statement by statement, as it was recorded from SQL Server 2022. Runs against the test
 * server, and unchanged against a real one where MSSQL_TEST_URL names it: so the one is held to the other.
 */
let server: SuiteServer;
let pool: mssql.ConnectionPool;
let shop: string;

beforeAll(async () => {
  server = await openTestServer();
  shop = server.name("sh'o p]é");
  await server.sql([`CREATE DATABASE ${name(shop)}`, `ALTER DATABASE ${name(shop)} SET RECOVERY SIMPLE`]);
  await server.sql(
    "CREATE TABLE items (id int NOT NULL PRIMARY KEY, label nvarchar(50)); INSERT INTO items VALUES (1, N'ça'), (2, NULL)",
    shop,
  );
  pool = await server.connect();
});
afterAll(async () => {
  await pool?.close();
  expect(server?.ours?.defects ?? []).toEqual([]);
  await server?.[Symbol.asyncDispose]();
});

function name(database: string): string {
  return `[${database.replaceAll(']', ']]')}]`;
}

function text(value: string): string {
  return `N'${value.replaceAll("'", "''")}'`;
}

function file(base: string): string {
  const separator = server.staging.server.includes('\\') ? '\\' : '/';
  return `${server.staging.server}${separator}${server.name(base)}`;
}

/** Runs a batch on the one connection; what the server said besides its rows. */
async function run(sql: string): Promise<{ rows: Record<string, unknown>[]; said: number[] }> {
  const said: number[] = [];
  const request = pool.request();
  request.on('info', ({ number }: { number: number }) => said.push(number));
  const { recordsets } = await request.batch(sql);
  return { rows: (recordsets as unknown as Record<string, unknown>[][]).at(-1) ?? [], said };
}

async function backup(base: string, options = 'COPY_ONLY, INIT, FORMAT, CHECKSUM'): Promise<string> {
  await run(`BACKUP DATABASE ${name(shop)} TO DISK = ${text(file(base))} WITH ${options}`);
  return text(file(base));
}

/** MOVE for every file of a backup, to the folder of the server's own data. */
async function moves(disk: string, target: string): Promise<string> {
  const { rows } = await run(`RESTORE FILELISTONLY FROM DISK = ${disk}`);
  const folder = await run(`SELECT CAST(SERVERPROPERTY('InstanceDefaultDataPath') AS nvarchar(260)) AS path`);
  return rows
    .map(({ LogicalName, FileId }) => {
      const to = `${folder.rows[0]?.['path']}${target}_${FileId}`;
      return `MOVE ${text(String(LogicalName))} TO ${text(to)}`;
    })
    .join(', ');
}

async function drop(database: string): Promise<void> {
  await run(`DROP DATABASE IF EXISTS ${name(database)}`);
}

describe('properties', () => {
  test('role and properties of the server', async () => {
    const { rows } = await run(
      `SELECT IS_SRVROLEMEMBER('sysadmin') AS sysadmin, SERVERPROPERTY('ProductVersion') AS version,
        SERVERPROPERTY('EngineEdition') AS edition, SERVERPROPERTY('InstanceDefaultDataPath') AS data,
        SERVERPROPERTY('NoSuchProperty') AS nothing`,
    );
    expect(rows[0]).toMatchObject({
      sysadmin: 1,
      version: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
      edition: expect.any(Number),
      data: expect.stringMatching(/[\\/]$/),
      nothing: null,
    });
  });

  test('BIGINT comes as a string', async () => {
    expect((await run('SELECT CAST(8589934592 AS bigint) AS large')).rows).toEqual([{ large: '8589934592' }]);
  });

  test('sys.objects pads its type, and SUSER_SNAME names the owner', async () => {
    const { rows } = await run(
      `SELECT o.type, SUSER_SNAME(d.owner_sid) AS owner FROM ${name(shop)}.sys.objects AS o
        CROSS JOIN sys.databases AS d WHERE o.name = N'items' AND d.name = ${text(shop)}`,
    );
    expect(rows).toEqual([{ type: 'U ', owner: server.user }]);
  });
});

describe('BACKUP', () => {
  test('progress arrives as 3211 where STATS asks for it, and 3014 ends it', async () => {
    const { said } = await run(
      `BACKUP DATABASE ${name(shop)} TO DISK = ${text(file('stats.bak'))} WITH COPY_ONLY, INIT, FORMAT, CHECKSUM, STATS = 10`,
    );
    expect(said.filter((number) => number === 3211).length).toBeGreaterThan(2);
    expect(said.at(-1)).toBe(3014);
  });

  test('without STATS of ours the server is silent until its end', async () => {
    const { said } = await run(
      `BACKUP DATABASE ${name(shop)} TO DISK = ${text(file('silent.bak'))} WITH COPY_ONLY, INIT, FORMAT`,
    );
    expect(said.filter((number) => number !== 4035 && number !== 3211)).toEqual([3014]);
  });

  test('its header tells database, version, checksums and sizes; numeric(25,0) comes as a number', async () => {
    const disk = await backup('header.bak', "COPY_ONLY, INIT, FORMAT, CHECKSUM, NAME = N'what it''s called'");
    const { rows } = await run(`RESTORE HEADERONLY FROM DISK = ${disk}`);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      BackupName: "what it's called",
      BackupType: 1,
      Position: 1,
      DatabaseName: shop,
      DatabaseVersion: expect.any(Number),
      BackupSize: expect.stringMatching(/^\d+$/),
      CompressedBackupSize: expect.stringMatching(/^\d+$/),
      FirstLSN: expect.any(Number),
      HasBackupChecksums: true,
      IsCopyOnly: true,
      RecoveryModel: 'SIMPLE',
      BackupStartDate: expect.any(Date),
    });
  });

  test('without INIT a backup appends; with INIT it begins anew', async () => {
    await backup('append.bak', 'COPY_ONLY, INIT, FORMAT');
    const disk = await backup('append.bak', 'COPY_ONLY, NOINIT');
    const positions = async (): Promise<unknown[]> =>
      (await run(`RESTORE HEADERONLY FROM DISK = ${disk}`)).rows.map(({ Position }) => Position);
    expect(await positions()).toEqual([1, 2]);
    await backup('append.bak', 'COPY_ONLY, INIT');
    expect(await positions()).toEqual([1]);
  });

  test('FILELISTONLY names every file, VERIFYONLY answers 3262', async () => {
    const disk = await backup('files.bak');
    const { rows } = await run(`RESTORE FILELISTONLY FROM DISK = ${disk}`);
    expect(rows.map(({ Type, LogicalName }) => ({ Type, LogicalName }))).toEqual([
      { Type: 'D', LogicalName: shop },
      { Type: 'L', LogicalName: `${shop}_log` },
    ]);
    expect((await run(`RESTORE VERIFYONLY FROM DISK = ${disk} WITH CHECKSUM`)).said).toContain(3262);
  });

  test('911, then 3013: a database that is not there', async () => {
    const statement = `BACKUP DATABASE ${name(server.name('absent'))} TO DISK = ${text(file('x.bak'))}`;
    expect(await messagesOf(run(statement))).toEqual([911, 3013]);
  });

  test('3201, then 3013: a folder that is not there', async () => {
    const statement = `BACKUP DATABASE ${name(shop)} TO DISK = ${text(`${file('no-such-folder')}/x.bak`)} WITH COPY_ONLY`;
    expect(await messagesOf(run(statement))).toEqual([3201, 3013]);
  });

  test('cancelled: ECANCEL, and the connection can be used', async (context) => {
    const ours = requireOurs(server, context);
    ours.state.pace.milliseconds = 20_000;
    const request = pool.request();
    setTimeout(() => request.cancel(), 300);
    const disk = text(file('cancelled.bak'));
    const statement = `BACKUP DATABASE ${name(shop)} TO DISK = ${disk} WITH COPY_ONLY, FORMAT, STATS = 1`;
    await expect(request.batch(statement)).rejects.toMatchObject({ code: 'ECANCEL' });
    ours.state.pace.milliseconds = 0;
    expect((await run('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('RESTORE', () => {
  test('under a new name with every file moved: the same rows, TRUSTWORTHY off, recovery model as it was', async () => {
    const disk = await backup('move.bak');
    const copy = server.name('copy');
    const { said } = await run(
      `RESTORE DATABASE ${name(copy)} FROM DISK = ${disk} WITH FILE = 1, ${await moves(disk, copy)}, CHECKSUM, RECOVERY, STATS = 10`,
    );
    expect(said.filter((number) => number === 3211).length).toBeGreaterThan(2);
    expect(said).toContain(3014);
    expect((await run(`SELECT id, label FROM ${name(copy)}.dbo.items ORDER BY id`)).rows).toEqual([
      { id: 1, label: 'ça' },
      { id: 2, label: null },
    ]);
    const { rows } = await run(
      `SELECT recovery_model_desc, is_trustworthy_on, state_desc FROM sys.databases WHERE name = ${text(copy)}`,
    );
    expect(rows).toEqual([{ recovery_model_desc: 'SIMPLE', is_trustworthy_on: false, state_desc: 'ONLINE' }]);
    await drop(copy);
  });

  test('1834 and 3156 for each file, 3119, 3013: without MOVE the files are another database’s', async () => {
    const disk = await backup('clash.bak');
    const numbers = await messagesOf(
      run(`RESTORE DATABASE ${name(server.name('clash'))} FROM DISK = ${disk}`),
    );
    expect(numbers).toEqual([1834, 3156, 1834, 3156, 3119, 3013]);
  });

  test('3234, then 3013: MOVE of a file that is not in it', async () => {
    const disk = await backup('stray.bak');
    const statement = `RESTORE DATABASE ${name(server.name('stray'))} FROM DISK = ${disk} WITH MOVE N'no such file' TO N'x'`;
    expect(await messagesOf(run(statement))).toEqual([3234, 3013]);
  });

  test('3187, then 3013: CHECKSUM asked of a backup without', async () => {
    const disk = await backup('plain.bak', 'COPY_ONLY, INIT, FORMAT, NO_CHECKSUM');
    const copy = server.name('plain');
    const moved = await moves(disk, copy);
    const statement = `RESTORE DATABASE ${name(copy)} FROM DISK = ${disk} WITH ${moved}, CHECKSUM`;
    expect(await messagesOf(run(statement))).toEqual([3187, 3013]);
  });

  test('3201 with OS error 2, then 3013: a file that is not there', async () => {
    const request = run(`RESTORE HEADERONLY FROM DISK = ${text(file('absent.bak'))}`);
    expect(await messagesOf(request)).toEqual([3201, 3013]);
    await expect(request).rejects.toMatchObject({
      precedingErrors: [{ message: expect.stringContaining('Operating system error 2(') }],
    });
  });

  test('3101, 3013: the database is in use; 3102, 3013: by this very session', async () => {
    const disk = await backup('use.bak');
    const statement = `RESTORE DATABASE ${name(shop)} FROM DISK = ${disk} WITH REPLACE`;
    const inside = await server.connect({ database: shop });
    await inside.query('SELECT 1 AS one');
    expect(await messagesOf(run(statement))).toEqual([3101, 3013]);
    await inside.close();
    await run(`USE ${name(shop)}`);
    expect(await messagesOf(run(statement))).toEqual([3102, 3013]);
    await run('USE master');
  });

  test('3154, 3013: the backup of another database, without REPLACE', async () => {
    const disk = await backup('other.bak');
    const other = server.name('other');
    await run(`CREATE DATABASE ${name(other)}`);
    const statement = `RESTORE DATABASE ${name(other)} FROM DISK = ${disk} WITH ${await moves(disk, other)}`;
    expect(await messagesOf(run(statement))).toEqual([3154, 3013]);
    await drop(other);
  });
});

describe('names and access', () => {
  test('single user from inside keeps the slot; the name changes under the session; MULTI_USER ends it', async () => {
    const before = server.name('before');
    const after = server.name('after');
    await run(`CREATE DATABASE ${name(before)}`);
    const inside = await server.connect({ database: before });
    const other = await server.connect({ database: before });
    await other.query('SELECT 1 AS one');
    await inside.request().batch(`ALTER DATABASE ${name(before)} SET SINGLE_USER WITH ROLLBACK IMMEDIATE`);
    await expect(other.query('SELECT 1 AS one')).rejects.toThrow();
    expect(await messagesOf(run(`USE ${name(before)}`))).toEqual([924]);
    expect(await messagesOf(run(`ALTER DATABASE ${name(before)} SET MULTI_USER`))).toEqual([5064, 5069]);
    await inside.request().batch(`ALTER DATABASE ${name(before)} MODIFY NAME = ${name(after)}`);
    expect((await inside.query('SELECT DB_NAME() AS name')).recordset).toEqual([{ name: after }]);
    await inside.request().batch(`ALTER DATABASE ${name(after)} SET MULTI_USER`);
    await inside.close();
    await other.close();
    await drop(after);
  });

  test('5011 and 5069: a database that is not there; 1801: a name that is taken', async () => {
    const absent = name(server.name('absent'));
    expect(await messagesOf(run(`ALTER DATABASE ${absent} SET MULTI_USER`))).toEqual([5011, 5069]);
    expect(await messagesOf(run(`ALTER DATABASE ${name(shop)} MODIFY NAME = [msdb]`))).toEqual([1801]);
  });

  test('911: USE of a database that is not there; 3701: DROP of it', async () => {
    expect(await messagesOf(run(`USE ${name(server.name('absent'))}`))).toEqual([911]);
    expect(await messagesOf(run(`DROP DATABASE ${name(server.name('absent'))}`))).toEqual([3701]);
  });

  test('DBCC CHECKDB says nothing of a sound database, with NO_INFOMSGS', async () => {
    const { said } = await run(`DBCC CHECKDB (${text(shop)}) WITH NO_INFOMSGS, ALL_ERRORMSGS, PHYSICAL_ONLY`);
    expect(said).toEqual([]);
  });
});

describe('logins and users', () => {
  test('a login comes back by its hash and SID; an orphaned user finds its login again', async () => {
    const login = server.name('login');
    await run(`CREATE LOGIN ${name(login)} WITH PASSWORD = N'aA1!aA1!xyz', CHECK_POLICY = OFF`);
    await run(`USE ${name(shop)}; CREATE USER ${name(login)} FOR LOGIN ${name(login)}; USE master`);
    const { rows } = await run(
      `SELECT CONVERT(nvarchar(max), sid, 1) AS sid, CONVERT(nvarchar(max), password_hash, 1) AS hash FROM sys.sql_logins WHERE name = ${text(login)}`,
    );
    const { sid, hash } = rows[0] as { sid: string; hash: string };
    await run(`DROP LOGIN ${name(login)}`);
    await run(`CREATE LOGIN ${name(login)} WITH PASSWORD = ${hash} HASHED, SID = ${sid}, CHECK_POLICY = OFF`);
    const again = await server.connect({ user: login, password: 'aA1!aA1!xyz', database: shop });
    expect((await again.query('SELECT USER_NAME() AS who')).recordset).toEqual([{ who: login }]);
    await again.close();

    const taken = `CREATE LOGIN ${name(server.name('twin'))} WITH PASSWORD = N'aA1!aA1!xyz', SID = ${sid}`;
    expect(await messagesOf(run(taken))).toEqual([15433]);
    expect(await messagesOf(run(`CREATE LOGIN ${name(login)} WITH PASSWORD = N'aA1!aA1!xyz'`))).toEqual([
      15025,
    ]);

    // With a new SID it is another login, until the user is mended.
    await run(`DROP LOGIN ${name(login)}`);
    await run(`CREATE LOGIN ${name(login)} WITH PASSWORD = ${hash} HASHED, CHECK_POLICY = OFF`);
    await expect(server.connect({ user: login, password: 'aA1!aA1!xyz', database: shop })).rejects.toThrow();
    await run(`USE ${name(shop)}; ALTER USER ${name(login)} WITH LOGIN = ${name(login)}; USE master`);
    const mended = await server.connect({ user: login, password: 'aA1!aA1!xyz', database: shop });
    await mended.close();
    await run(`USE ${name(shop)}; DROP USER ${name(login)}; USE master`);
    await run(`DROP LOGIN ${name(login)}`);
  });

  test('262 and 3013: BACKUP without the right; 3110 and 3013: RESTORE over what is not one’s own', async () => {
    const login = server.name('reader');
    const password = 'aA1!aA1!xyz';
    await run(`CREATE LOGIN ${name(login)} WITH PASSWORD = N'${password}', CHECK_POLICY = OFF`);
    await run(`USE ${name(shop)}; CREATE USER ${name(login)} FOR LOGIN ${name(login)}; USE master`);
    const disk = await backup('rights.bak');
    const reader = await server.connect({ user: login, password });
    const asReader = (sql: string): Promise<number[]> => messagesOf(reader.request().batch(sql));
    expect(await asReader(`BACKUP DATABASE ${name(shop)} TO DISK = ${disk}`)).toEqual([262, 3013]);
    expect(await asReader(`RESTORE DATABASE ${name(shop)} FROM DISK = ${disk} WITH REPLACE`)).toEqual([
      3110, 3013,
    ]);
    expect(await asReader(`ALTER DATABASE ${name(shop)} SET MULTI_USER`)).toEqual([5011, 5069]);
    expect((await reader.query(`SELECT IS_SRVROLEMEMBER('sysadmin') AS r`)).recordset).toEqual([{ r: 0 }]);
    await reader.close();
    await run(`USE ${name(shop)}; DROP USER ${name(login)}; USE master`);
    await run(`DROP LOGIN ${name(login)}`);
  });

  test('15151: an owner who is not there', async () => {
    const statement = `ALTER AUTHORIZATION ON DATABASE::${name(shop)} TO ${name(server.name('nobody'))}`;
    expect(await messagesOf(run(statement))).toEqual([15151]);
  });
});

describe('the file system as the server sees it', () => {
  test('xp_fileexist and sys.dm_os_file_exists tell a file from a folder and from nothing', async () => {
    const disk = await backup('seen.bak');
    const { rows } = await run(`EXEC master.sys.xp_fileexist ${disk}`);
    expect(Object.values(rows[0] ?? {})).toEqual([1, 0, 1]);
    const asked = await run(
      `SELECT f.file_exists, f.file_is_a_directory FROM sys.dm_os_file_exists(${text(server.staging.server)}) AS f`,
    );
    expect(Object.values(asked.rows[0] ?? {}).map(Number)).toEqual([0, 1]);
  });

  test('what the server wrote is at the other view’s path, at least as large as its header tells', async () => {
    const disk = await backup('view.bak', 'COPY_ONLY, INIT, FORMAT, CHECKSUM');
    const { rows } = await run(`RESTORE HEADERONLY FROM DISK = ${disk}`);
    const { size } = await stat(join(server.staging.local, server.name('view.bak')));
    expect(size).toBeGreaterThanOrEqual(Number(rows[0]?.['CompressedBackupSize']));
  });
});
