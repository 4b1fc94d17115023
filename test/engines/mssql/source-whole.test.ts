import { chmod, copyFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { extractBackup } from '#sources/mssql/extract-backup.ts';
import { mssqlDatabaseDetails } from '#sources/mssql/format.ts';
import { type MssqlSourceOptions, mssqlSource } from '#sources/mssql/mssql-source.ts';
import { quoteName, quoteText } from '#sources/mssql/quote-name.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { openTestServer, type SuiteServer } from './open-test-server.ts';
import { save } from './staged-server.ts';

/** Runs against a real SQL Server too, where MSSQL_TEST_URL names one: orders no fault, and looks at nothing but SQL. */
let server: SuiteServer;
let names: string[];
let options: MssqlSourceOptions;

beforeAll(async () => {
  server = await openTestServer();
  names = ["O'Brien [old]", 'Türen 출입'].map((name) => server.name(name));
  for (const name of names) {
    await server.sql(`CREATE DATABASE ${quoteName(name)}`);
    await server.sql(
      [
        'CREATE TABLE dbo.orders (id int PRIMARY KEY, item nvarchar(50))',
        "INSERT INTO dbo.orders VALUES (1, N'Schlüssel'), (2, N'출입')",
      ],
      name,
    );
  }
  options = {
    name: 'main',
    server: {
      address: { host: server.host, port: server.port },
      user: server.user,
      password: async () => server.password,
      tls: server.ours ? undefined : { trust: true, ca: undefined },
    },
    databases: names,
    importance: 'normal',
    staging: { serverPath: server.staging.server, localPath: server.staging.local },
    stallMs: 60_000,
    conf: '/etc/lifeboat/sysbackup.conf',
    clock: systemClock(),
  };
});
afterAll(() => server[Symbol.asyncDispose]());

test('[BS-01] SQL Server, ours or a real one: what is in the archive is restored by the server and has every row', async () => {
  const signal = new AbortController().signal;
  const source = mssqlSource(options);
  expect((await source.check(signal)).findings.filter(({ level }) => level === 'problem')).toEqual([]);
  await using saved = await save(source);
  expect(saved.records.map(({ state }) => state)).toEqual(['complete', 'complete', 'complete']);
  for (const [index, name] of names.entries()) {
    const record = saved.records[index] as ComponentRecord;
    const file = `${server.name(`back${index}`)}.bak`;
    await extractBackup(record, saved.archive, saved.folder, { signal, onBytes: () => undefined });
    // A copy that the account of a real server may read.
    await copyFile(join(saved.folder, `${record.name}.bak`), join(server.staging.local, `${file}.tmp`));
    await chmod(join(server.staging.local, `${file}.tmp`), 0o644);
    await rename(join(server.staging.local, `${file}.tmp`), join(server.staging.local, file));
    const back = server.name(`back${index}`);
    const [paths] = await server.sql(
      "SELECT CAST(SERVERPROPERTY('InstanceDefaultDataPath') AS nvarchar(260)) AS data",
    );
    const separator = server.staging.server.includes('\\') ? '\\' : '/';
    const moves = mssqlDatabaseDetails(record).files.map(
      ({ logicalName, fileId }) =>
        `MOVE ${quoteText(logicalName)} TO ${quoteText(`${paths?.['data']}${back}_${fileId}`)}`,
    );
    await server.sql(
      `RESTORE DATABASE ${quoteName(back)} FROM DISK = ${quoteText(`${server.staging.server}${separator}${file}`)} WITH ${moves.join(', ')}, CHECKSUM, RECOVERY`,
    );
    expect(await server.sql('SELECT id, item FROM dbo.orders ORDER BY id', back), name).toEqual([
      { id: 1, item: 'Schlüssel' },
      { id: 2, item: '출입' },
    ]);
  }
});

test('[BS-19] SQL Server, ours or a real one: a login without sysadmin is refused before anything is done', async () => {
  const login = server.name('operator');
  await server.sql(`CREATE LOGIN ${quoteName(login)} WITH PASSWORD = N'Pa55-w0rd!x', CHECK_POLICY = OFF`);
  const poor = { ...options.server, user: login, password: async () => 'Pa55-w0rd!x' };
  await expect(save(mssqlSource({ ...options, server: poor }))).rejects.toMatchObject({
    code: 'database-right-missing',
    hint: expect.stringContaining(`ALTER SERVER ROLE [sysadmin] ADD MEMBER [${login}];`),
  });
});
