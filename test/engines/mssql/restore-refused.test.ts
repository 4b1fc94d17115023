import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ERRORS, type LifeboatError } from '#platform/errors.ts';
import {
  never,
  replaceBackup,
  restoreOf,
  type SavedSet,
  saveSet,
  serverOf,
  stagingOf,
} from './restore-sets.ts';
import type { OrderedMessage } from './server/interfere.ts';
import { changeSmallSystem, makeSmallSystem } from './small-system.ts';
import { startMssql, type TestMssql } from './start-mssql.ts';

let server: TestMssql;
let saved: SavedSet;
let before: ReturnType<TestMssql['snapshot']>;

beforeAll(async () => {
  server = await startMssql({
    logins: [
      { name: 'plain', password: 'plain' },
      { name: 'creator', password: 'creator', roles: ['dbcreator'] },
    ],
  });
  await makeSmallSystem(server);
  saved = await saveSet(server, ['AC']);
  await changeSmallSystem(server);
  before = server.snapshot();
});

beforeEach(() => {
  server.state.interferences.length = 0;
  server.defects.length = 0;
});

afterAll(async () => {
  await saved[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** The error that a restore ends with; nothing may be left of it, nor anything live changed. */
async function failure(
  set: Pick<SavedSet, 'records' | 'archive'>,
  options: Parameters<typeof restoreOf>[2] = {},
): Promise<LifeboatError> {
  let error: unknown;
  {
    await using restore = restoreOf(set, server, options);
    error = await restore.prepare().then(
      () =>
        restore.switchOver().then(
          () => undefined,
          (thrown: unknown) => thrown,
        ),
      (thrown: unknown) => thrown,
    );
  }
  expect(server.defects).toEqual([]);
  expect(server.snapshot(), 'the server is as it was').toEqual(before);
  expect(await readdir(`${server.folder}/backup`), 'the staging folder is empty').toEqual([]);
  return error as LifeboatError;
}

const RESTORE = /^RESTORE DATABASE/;

/** Statement, what the server says (the cause first), and the code that the person's exit status comes from. */
const REFUSALS: [number, RegExp, readonly OrderedMessage[], string][] = [
  [3183, RESTORE, [[3183, 1, 10, 'lb_run70d6_1'], 3013], 'archive-damaged'],
  [3189, RESTORE, [3189, 3013], 'archive-damaged'],
  [3241, RESTORE, [3241, 3013], 'archive-damaged'],
  [3202, RESTORE, [3202, 3013], 'write-failed'],
  [3201, /^RESTORE HEADERONLY.*lb_run/, [3201, 3013], 'staging-unusable'],
  [3201, RESTORE, [3201, 3013], 'staging-unusable'],
  [3169, RESTORE, [[3169, '17.00.1000', '16.00.1000'], 3013], 'database-unsupported'],
  [3187, RESTORE, [3187, 3013], 'database-unsupported'],
  [3154, RESTORE, [3154, 3013], 'target-unsuitable'],
  [3234, RESTORE, [[3234, 'AC', 'lb_run70d6_1'], 3013], 'target-unsuitable'],
  [1834, RESTORE, [[1834, '/x.mdf', 'other'], [3156, 'AC', '/x.mdf'], 3119, 3013], 'target-unsuitable'],
  [33111, RESTORE, [[33111, '0x1234'], 3013], 'target-unsuitable'],
  [3110, RESTORE, [3110, 3013], 'database-right-missing'],
  [262, RESTORE, [[262, 'CREATE DATABASE', 'master'], 3013], 'database-right-missing'],
  [15247, /^ALTER AUTHORIZATION/, [15247], 'switch-failed'],
  [3101, RESTORE, [3101, 3013], 'target-in-use'],
  [3102, RESTORE, [[3102, 'lb_run70d6_1'], 3013], 'target-in-use'],
  [927, /^DBCC/, [[927, 'lb_run70d6_1']], 'check-failed'],
  [911, /^USE \[AC\]/, [[911, 'AC']], 'switch-failed'],
  [5011, /MODIFY NAME/, [[5011, 'AC'], 5069], 'switch-failed'],
  [5069, /SET SINGLE_USER/, [5069], 'switch-failed'],
  [3257, RESTORE, [[3257, '/var/opt/mssql/data', 'lb_run70d6_1', 1, 2], 3119, 3013], 'space-low'],
];

test.each(REFUSALS)(
  'error %i at %s: the cause is told, never a bare 3013, and nothing is changed',
  async (number, statement, messages, code) => {
    const fault = server.failNext(statement, messages);
    const error = await failure(saved);
    expect(fault.fired).toBe(1);
    expect(error.message).toContain(`(error ${number})`);
    expect(error.message).not.toContain('3013');
    expect(error.message).not.toContain('terminating abnormally');
    expect(error.code).toBe(code);
    expect(error.hint, 'what to do').toMatch(/\w{3}/);
    expect(ERRORS[error.code].exit).toBeGreaterThan(0);
  },
);

test.each([
  [18456, 'plain', 'wrong', 'database-login-refused'],
  [4060, 'sa', undefined, 'database-missing'],
] as const)('a login that is refused with %i', async (number, user, password, code) => {
  if (password === undefined) server.refuseNextLogin(number);
  const way = { ...serverOf(server), user, ...(password && { password: async () => password }) };
  const error = await failure(saved, { server: way });
  expect(error.message).toContain(`error ${number}`);
  expect([code, 'database-login-refused']).toContain(error.code);
});

test.each(['plain', 'creator'])(
  '[BS-19] [BS-20] login %s has no sysadmin: role and statement are named, nothing else is asked, it does not go on',
  async (user) => {
    const way = { ...serverOf(server), user, password: async () => user };
    await using restore = restoreOf(saved, server, { server: way });
    const from = server.state.log.length;
    const report = await restore.target.inspect(never);
    expect(report.findings).toEqual([
      {
        level: 'problem',
        code: 'database-right-missing',
        message: `login "${user}" on 127.0.0.1:${server.port} does not have the server role sysadmin, which backup and restore need`,
        hint: `run as a sysadmin of that server: ALTER SERVER ROLE [sysadmin] ADD MEMBER [${user}];`,
      },
    ]);
    expect(report.components.map(({ now }) => now)).toEqual(['not looked at', 'not looked at']);
    const asked = server.state.log.slice(from).filter(({ sql }) => !/^set /.test(sql));
    expect(asked.map(({ sql }) => sql.slice(0, 30))).toHaveLength(2);
    const error = await failure(saved, { server: way });
    expect(error.code).toBe('database-right-missing');
    expect(error.hint).toContain(`ALTER SERVER ROLE [sysadmin] ADD MEMBER [${user}];`);
    await server.sql(error.hint?.split(': ')[1] ?? '');
    await server.sql(`ALTER SERVER ROLE [sysadmin] DROP MEMBER [${user}]`);
  },
);

test('a backup of a newer server is refused before a byte is written: 3169 is never reached', async () => {
  await using older = await startMssql({ release: 2019 });
  await using restore = restoreOf(saved, older);
  const { findings } = await restore.target.inspect(never);
  expect(findings[0]).toEqual({
    level: 'problem',
    code: 'database-unsupported',
    message: `the backup of database AC was made by SQL Server 16.0.1000 (database version 957); 127.0.0.1:${older.port} is SQL Server 15.0.2000.6 (904) and restores nothing from a newer one`,
    hint: 'restore it on a server of that version or a later one',
  });
  await expect(restore.prepare()).rejects.toMatchObject({ code: 'database-unsupported' });
  expect(older.state.log.filter(({ sql }) => RESTORE.test(sql))).toEqual([]);
  expect(await readdir(`${older.folder}/backup`)).toEqual([]);
});

test('an encrypted database without its certificate is refused before anything is staged: 33111 is never reached', async () => {
  const records = saved.records.map((record) =>
    record.kind === 'mssql-database'
      ? { ...record, details: { ...record.details, tde: { thumbprint: 'ab12', certificate: "it's" } } }
      : record,
  );
  await using restore = restoreOf({ ...saved, records }, server);
  const { findings } = await restore.target.inspect(never);
  expect(findings[0]).toMatchObject({
    level: 'problem',
    message: expect.stringMatching(
      /is encrypted \(TDE\) and .* lacks the certificate it's with thumbprint 0xAB12$/,
    ),
    hint: expect.stringContaining('CREATE CERTIFICATE'),
  });
});

test('a file that is no backup, is damaged, cut or another one', async () => {
  const path = `${server.folder}/backup/other.bak`;
  const backup = async (database: string): Promise<void> => {
    const to = `${server.state.backupPath}other.bak`;
    await server.sql(
      `BACKUP DATABASE [${database}] TO DISK = N'${to}' WITH COPY_ONLY, INIT, FORMAT, CHECKSUM`,
    );
  };
  const { writeFile, readFile } = await import('node:fs/promises');
  await writeFile(path, Buffer.alloc(100_000, 'x'));
  expect(await failure(await replaceBackup(saved, path))).toMatchObject({
    code: 'archive-damaged',
    message: expect.stringContaining('(error 3241)'),
  });
  await backup('AC');
  expect(await failure(await replaceBackup(saved, path)), 'another backup of the same').toMatchObject({
    code: 'archive-damaged',
    message:
      'the backup file of mssql/main/AC cannot be restored: it is not the one that the manifest tells of',
  });
  const own = Buffer.concat(
    await Array.fromAsync(
      (await import('#sources/mssql/open-backup.ts')).openBackup(saved.records[0]!, saved.archive, never),
    ),
  );
  await writeFile(path, own);
  server.damage(path);
  const damaged = await failure(await replaceBackup(saved, path));
  expect(damaged).toMatchObject({ code: 'archive-damaged' });
  expect(damaged.message).toMatch(/\(error 31\d\d\)/);
  await writeFile(path, own.subarray(0, own.length - 5000));
  expect(await failure(await replaceBackup(saved, path))).toMatchObject({ code: 'archive-damaged' });
  expect(await readFile(path).catch(() => 'removed')).toBe('removed');
});

test('a backup that differs from the hash of its record is not given to the server', async () => {
  const records = saved.records.map((record) => ({ ...record, sha256: '0'.repeat(64) }));
  const from = server.state.log.length;
  const error = await failure({ ...saved, records });
  expect(error).toMatchObject({
    code: 'archive-damaged',
    message: expect.stringContaining('not the one that was saved'),
  });
  expect(server.state.log.slice(from).some(({ sql }) => RESTORE.test(sql))).toBe(false);
});

test('a full disk of the server is told as that; half of a database is not left', async () => {
  const fault = server.callNext(RESTORE, () => {
    server.state.disk.free = 10_000;
  });
  const restored = failure(saved).finally(() => {
    server.state.disk.free = undefined;
  });
  expect(await restored).toMatchObject({ code: 'space-low' });
  expect(fault.fired).toBe(1);
});

test('databases that are one name on this server are refused by name', async () => {
  const [record] = saved.records;
  const twin = { ...record!, id: 'mssql/main/ac', name: 'ac' };
  await using restore = restoreOf({ ...saved, records: [...saved.records, twin] }, server);
  const { findings } = await restore.target.inspect(never);
  expect(findings.map(({ message }) => message)).toContain('databases AC and ac are one name on this server');
});

test('space on the disks of the server and in the staging folder is asked for', async () => {
  await using restore = restoreOf(saved, server);
  const { space } = await restore.target.inspect(never);
  const [disk, staging] = space;
  expect(disk).toMatchObject({ place: `/ of 127.0.0.1:${server.port}`, needed: expect.any(Number) });
  expect(disk?.needed).toBeGreaterThan(200_000);
  expect(disk?.free).toBeGreaterThan(0);
  expect(staging).toMatchObject({ place: stagingOf(server).localPath, needed: saved.records[0]?.bytes });
});
