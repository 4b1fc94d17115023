import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MariadbTargetOptions } from '#sources/mariadb/target/mariadb-target.ts';
import { backupToFolder, type FolderBackup, withMember } from './backup-to-folder.ts';
import { never, restoreOf } from './restore-databases.ts';
import { type ServerState, serverState } from './server-state.ts';
import { changeSmallSystem, SMALL_SET, smallSystem } from './small-system.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';

const SEEN = [...SMALL_SET, 'other'];
const OBJECTS = 'mariadb/main/ac/objects.json';

let server: TestMariadb;
let backup: FolderBackup;
let live: ServerState;

beforeAll(async () => {
  server = await startMariadb();
  await server.sql(smallSystem());
  backup = await backupToFolder(server, SMALL_SET);
  await server.sql(changeSmallSystem());
  live = await serverState(server, SEEN);
});

afterAll(async () => {
  await backup[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

test.each([
  [
    'one byte of a row',
    "UPDATE door SET name = 'Nosd' WHERE name = 'Nord'",
    /table ac.door has the right number of rows, but/,
  ],
  ['a row less', 'DELETE FROM user WHERE id = 5', /table ac.user has 1 rows, not 2/],
  ['a table less', 'DROP TABLE audit', /table ac.audit is not there/],
  ['a table more', 'CREATE TABLE extra (a INT)', /database ac has 5 staged tables, not 4/],
  ['a sequence that moved', 'SELECT NEXTVAL(sq)', /sequence ac.sq stands at/],
])(
  '[BS-26] the check sees a staged database that differs from the archive: %s',
  async (_, change, message) => {
    {
      await using restore = await restoreOf(backup, server, { run: 'check' });
      await restore.prepare();
      const names = (await server.sql("SHOW DATABASES LIKE 'lb\\_check%\\_1'")).map(
        (row) => Object.values(row)[0],
      );
      await server.sql(['SET foreign_key_checks = 0', change], String(names[0]));
      await expect(restore.target.check(never)).rejects.toMatchObject({ code: 'check-failed', message });
    }
    expect(await serverState(server, SEEN)).toEqual(live);
  },
);

test.each([
  [
    'text where a number belongs',
    'abc\tNord\t1\n101\tSüd\t2\n102\tOst\t\\N\n',
    /1 warnings: Incorrect integer value/,
  ],
  ['a row too few', '100\tNord\t1\n', /1 of 3 rows/],
  ['a column too few', '100\tNord\n101\tSüd\t2\n102\tOst\t\\N\n', /1 warnings/],
  ['one key twice', '100\tNord\t1\n100\tSüd\t2\n102\tOst\t\\N\n', /2 of 3 rows, 1 skipped/],
])('a load that only warns is a failed restore: %s', async (_, rows, message) => {
  const member = backup.records[0]!.members.find((entry) => entry.path.includes('/rows/0002/'))!;
  const changed = withMember(backup, member.path, () => zstdCompressSync(rows));
  for (const localInfile of ['refuse', 'insert'] as const) {
    await using restore = await restoreOf(changed, server, { localInfile });
    const failure = await restore.prepare().catch((error: unknown) => error);
    expect(failure).toMatchObject(
      localInfile === 'refuse'
        ? { code: 'check-failed', message: expect.stringMatching(message) }
        : { code: expect.any(String) },
    );
  }
  expect(await serverState(server, SEEN)).toEqual(live);
});

test.each([
  ['cut', (bytes: Buffer) => bytes.subarray(0, bytes.length - 3)],
  ['changed', (bytes: Buffer) => bytes.fill(0x55, 12, 20)],
  ['a bomb', () => zstdCompressSync('x'.repeat(1 << 20))],
])('rows that are damaged on their way end the restore, nothing is changed: %s', async (_, spoil) => {
  const member = backup.records[0]!.members.find((entry) => entry.path.includes('/rows/0002/'))!;
  const bytes = await readFile(join(backup.folder, member.path));
  const damaged = withMember(backup, member.path, () => spoil(bytes));
  for (const localInfile of ['refuse', 'insert'] as const) {
    await using restore = await restoreOf(damaged, server, { localInfile });
    await expect(restore.prepare()).rejects.toMatchObject({ code: 'archive-damaged' });
  }
  expect(await serverState(server, SEEN)).toEqual(live);
});

test.each([
  ['a table definition', '"CREATE TABLE `door`', '"DROP DATABASE other -- `door`'],
  ['a view', 'VIEW `z_doors`', 'TABLE `z_doors`'],
  ['a name', '"CREATE TABLE `door`', '"CREATE TABLE `mysql`.`x`'],
  ['a charset', '"charset": "utf8mb4"', '"charset": "utf8mb4; DROP DATABASE other"'],
  ['a column encoding', '"as": "plain"', '"as": "anything"'],
  ['the database', '"database": "ac"', '"database": "other"'],
])('an archive that holds another statement than it should is refused: %s', async (_, from, to) => {
  const hostile = withMember(backup, OBJECTS, (text) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  });
  await using restore = await restoreOf(hostile, server);
  const refused = { code: expect.stringMatching(/^archive-(hostile|damaged)$/) };
  await expect(restore.target.inspect(never)).rejects.toMatchObject(refused);
  await expect(restore.prepare()).rejects.toMatchObject(refused);
  expect(await serverState(server, SEEN)).toEqual(live);
});

test.each([
  [
    'collation',
    'COLLATE=utf8mb4_german2_ci',
    'COLLATE=utf8mb4_uca1500_ai_ci',
    'the server does not know character set or collation utf8mb4_uca1500_ai_ci, used by table ac.audit',
  ],
  [
    'engine',
    '"engine": "InnoDB"',
    '"engine": "ROCKSDB"',
    'the server does not know storage engine ROCKSDB, used by table ac.audit',
  ],
])('what the server does not know is found before anything is changed: %s', async (_, from, to, message) => {
  const newer = withMember(backup, OBJECTS, (text) => text.replace(from, to));
  await using restore = await restoreOf(newer, server);
  const { findings } = await restore.target.inspect(never);
  expect(findings).toContainEqual(expect.objectContaining({ level: 'problem', message }));
});

test('a sign-in plugin that the server lacks, and a table that only another server can make', async () => {
  const accounts = withMember(backup, 'mariadb/main/accounts.json', (text) =>
    text.replace(
      /CREATE USER `app`@`localhost`[^"]*/,
      'CREATE USER `app`@`localhost` IDENTIFIED VIA gssapi OR pam',
    ),
  );
  await using restore = await restoreOf(accounts, server);
  const messages = (await restore.target.inspect(never)).findings.map((finding) => finding.message);
  expect(messages).toContain('the server does not know sign-in plugin gssapi, used by account app@localhost');
  expect(messages).toContain('the server does not know sign-in plugin pam, used by account app@localhost');

  const table = withMember(backup, OBJECTS, (text) =>
    text.replace('`name` varchar(40)', '`name` sometype(40)'),
  );
  await using other = await restoreOf(table, server);
  await expect(other.prepare()).rejects.toMatchObject({
    code: 'target-unsuitable',
    message: expect.stringContaining('table ac.door cannot be made on this server'),
  });
});

test('[LB-11] what a restore would do is told without doing it', async () => {
  await using restore = await restoreOf(backup, server, { archiveServerVersion: '99.1.0-MariaDB' });
  const report = await restore.target.inspect(never);
  expect(report.components).toEqual([
    {
      id: 'mariadb/main/ac',
      place: `database ac on 127.0.0.1:${server.port}`,
      now: expect.stringMatching(/^6 tables, \d+ kB$/),
    },
    {
      id: 'mariadb/main/ta',
      place: `database ta on 127.0.0.1:${server.port}`,
      now: expect.stringMatching(/^1 table, /),
    },
    {
      id: 'mariadb/main',
      place: `accounts on 127.0.0.1:${server.port}`,
      now: expect.stringMatching(/accounts equal, 2 different, 0 missing$/),
    },
  ]);
  expect(report.space[0]?.free).toBeGreaterThan(1e6);
  expect(report.findings.filter((finding) => finding.level === 'problem')).toEqual([]);
  const messages = report.findings.map((finding) => finding.message).join('\n');
  expect(messages).toContain('foreign key visit_user of other.visit leads to ac.user');
  expect(messages).toContain('account app@localhost differs from the archive (rights): it stays as it is');
  expect(messages).toContain('older than the one that was backed up (99.1.0-MariaDB)');
  expect(await serverState(server, SEEN)).toEqual(live);
});

test('each right that is missing is named', async () => {
  await server.sql([
    "CREATE USER half@'127.0.0.1' IDENTIFIED BY 'h'",
    "GRANT SELECT, INSERT, CREATE, DROP, ALTER, INDEX, CREATE VIEW, SHOW VIEW, PROCESS ON *.* TO half@'127.0.0.1'",
  ]);
  const options: Partial<MariadbTargetOptions> = {
    server: { address: { host: '127.0.0.1', port: server.port }, user: 'half', password: async () => 'h' },
  };
  {
    await using restore = await restoreOf(backup, server, { ...options, endSessions: true });
    const { findings } = await restore.target.inspect(never);
    const [finding, ...more] = findings.filter(({ message }) => message.includes('lacks'));
    expect(more).toEqual([]);
    expect(finding?.code).toBe('database-right-missing');
    expect(/ lacks (.+) on \*\.\*$/.exec(finding?.message ?? '')?.[1]?.split(', ')).toEqual([
      'REFERENCES',
      'TRIGGER',
      'CREATE ROUTINE',
      'ALTER ROUTINE',
      'EVENT',
      'SET USER',
      'CREATE USER',
      'GRANT OPTION',
      'CONNECTION ADMIN',
    ]);
    await expect(restore.prepare()).rejects.toMatchObject({
      code: expect.stringMatching(/^(database-right-missing|target-unsuitable)$/),
    });
    // What it says to type is enough.
    await server.sql(/GRANT .*$/.exec(finding?.hint ?? '')?.[0] ?? '');
    expect((await restore.target.inspect(never)).findings.map(({ message }) => message)).not.toContainEqual(
      expect.stringContaining('lacks'),
    );
  }
  await server.sql("DROP USER half@'127.0.0.1'");
  const names = (await server.sql('SHOW DATABASES')).map((row) => String(Object.values(row)[0]));
  expect(names.filter((name) => name.startsWith('lb_'))).toEqual([]);
});
