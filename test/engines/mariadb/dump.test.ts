import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import type { DatabaseObjects } from '#sources/mariadb/format.ts';
import { mariadbSource } from '#sources/mariadb/mariadb-source.ts';
import type { ComponentRecord, Compression } from '#sources/source.ts';
import { type TemporaryFolder, temporaryFolder } from '../../fakes/temporary-folder.ts';
import { serverOf } from './backup-to-folder.ts';
import { everyAccount, everyObject, everyType, LONG_DATABASE } from './every-type.ts';
import { folderSink } from './folder-sink.ts';
import { dumpOf } from './server-state.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';

const run = promisify(execFile);
const never = new AbortController().signal;

let db: TestMariadb;
beforeAll(async () => {
  db = await startMariadb({
    conf: [
      'max_allowed_packet=1G',
      'plugin-load-add=ha_archive',
      'plugin-load-add=ha_blackhole',
      'plugin-load-add=ha_federated',
    ],
  });
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
});

interface Dumped extends AsyncDisposable {
  folder: TemporaryFolder;
  records: ComponentRecord[];
  peak: number;
}

async function dump(databases: string[], compression: Compression = 'Fast'): Promise<Dumped> {
  const folder = await temporaryFolder();
  const source = mariadbSource({
    name: 'main',
    server: serverOf(db),
    databases,
    importance: 'normal',
    exact: 'snapshot',
    clock: systemClock(),
  });
  const records: ComponentRecord[] = [];
  const before = process.memoryUsage().arrayBuffers;
  let peak = 0;
  const onBytes = () => {
    peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
  };
  await using view = await source.freeze(never);
  for (const component of view.components) {
    records.push(await component.writeTo(folderSink(folder.path), { signal: never, compression, onBytes }));
  }
  return { folder, records, peak, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/** The component's folder, as unzip would make it. */
function folderOf(dumped: Dumped, database: string): string {
  const record = dumped.records.find(({ name }) => name === database);
  const path = record?.members.find((member) => member.path.endsWith('/objects.json'))?.path ?? '';
  return join(dumped.folder.path, path, '..');
}

async function objectsOf(dumped: Dumped, database: string): Promise<DatabaseObjects> {
  return JSON.parse(await readFile(join(folderOf(dumped, database), 'objects.json'), 'utf8'));
}

/** What `zstd -d` makes of a table's members. */
async function textOf(dumped: Dumped, members: string[]): Promise<Buffer> {
  const files = members.map((member) => dumped.folder.file(member));
  const { stdout } = await run('zstd', ['-dc', ...files], { maxBuffer: 1 << 30, encoding: 'buffer' });
  return stdout;
}

describe('[LB-06] a database restored by hand, with zstd and the mariadb client alone', () => {
  test('is the same in every table, object and history, on a server that knew nothing of it', async () => {
    const set = ['ac', 'ta', LONG_DATABASE];
    await db.sql([...everyType('ac'), ...everyObject('ac', 'ta'), ...everyType(LONG_DATABASE)]);
    await using dumped = await dump(set);
    await using fresh = await startMariadb();
    for (const step of ['1-tables.sql', '2-rows.sql', '3-objects.sql']) {
      for (const database of set) await byHand(fresh, folderOf(dumped, database), step);
    }
    // mariadb-dump cannot itself dump an invalid view, or a database with a quote in its name.
    await db.sql('DROP VIEW ac.broken');
    // A kept event whose time has passed can only come back disabled.
    for (const server of [db, fresh]) await server.sql('DROP EVENT ac.expired');
    expect(await dumpOf(fresh, ['ac', 'ta'])).toBe(await dumpOf(db, ['ac', 'ta']));
    const defaults = 'SELECT HEX(DEFAULT(b)) AS b, HEX(DEFAULT(v)) AS v FROM ac.binary_defaults';
    expect(await fresh.sql(defaults)).toEqual([{ b: '00FF5C27', v: 'C328FE' }]);
    expect(await checksums(fresh, LONG_DATABASE)).toEqual(await checksums(db, LONG_DATABASE));
  });

  /** The commands that 1-tables.sql names, word for word but for signing in. */
  async function byHand(server: TestMariadb, folder: string, step: string): Promise<void> {
    const guide = await readFile(join(folder, '1-tables.sql'), 'utf8');
    const command = guide.split('\n').find((line) => line.includes(` < ${step}`));
    const unpack = guide.split('\n').find((line) => line.startsWith('--   zstd '));
    const line =
      command?.replace('--   mariadb ', `mariadb --defaults-file="${server.clientConf}" `) ?? 'false';
    const script = step === '2-rows.sql' ? `${unpack?.replace('-- ', '')} && ${line}` : line;
    const { stdout, stderr } = await run('bash', ['-ec', script], { cwd: folder });
    expect(`${stdout}${stderr}`).toBe('');
  }

  async function checksums(server: TestMariadb, database: string): Promise<unknown> {
    const tables = await server.sql(
      `SELECT TABLE_NAME AS name FROM information_schema.TABLES
       WHERE TABLE_SCHEMA = '${database.replaceAll("'", "''")}' AND TABLE_TYPE <> 'VIEW' ORDER BY 1`,
    );
    const list = tables.map(({ name }) => `\`${String(name).replaceAll('`', '``')}\``).join(', ');
    const sums = await server.sql(`CHECKSUM TABLE ${list} EXTENDED`, database);
    expect(sums.length).toBeGreaterThan(40);
    return sums;
  }
});

describe('what the manifest says', () => {
  test('rows, bytes and hashes are those of the text that zstd gives, table by table', async () => {
    await db.sql([...everyType('counted')]);
    await using dumped = await dump(['counted']);
    const record = dumped.records[0]!;
    const objects = await objectsOf(dumped, 'counted');
    const lines = createHash('sha256');
    for (const table of objects.tables) {
      const text = table.members.length > 0 ? await textOf(dumped, table.members) : Buffer.alloc(0);
      expect(text.length, table.name).toBe(table.bytes);
      expect(createHash('sha256').update(text).digest('hex'), table.name).toBe(table.sha256);
      const [count] = table.hasRows
        ? await db.sql(
            `SELECT COUNT(*) AS n FROM \`${table.name.replaceAll('`', '``')}\`${table.systemVersioned ? ' FOR SYSTEM_TIME ALL' : ''}`,
            'counted',
          )
        : [{ n: 0 }];
      expect(table.rows, table.name).toBe(Number(count?.n));
      lines.update(`${table.sha256}  ${table.name}\n`);
    }
    expect(record).toMatchObject({
      state: 'complete',
      sha256: lines.digest('hex'),
      items: objects.tables.length,
      rows: objects.tables.reduce((sum, { rows }) => sum + rows, 0),
      bytes: objects.tables.reduce((sum, { bytes }) => sum + bytes, 0),
    });
    const written = (await readdir(dumped.folder.path, { recursive: true, withFileTypes: true })).filter(
      (e) => e.isFile(),
    );
    expect(written).toHaveLength(dumped.records.flatMap(({ members }) => members).length);
  });

  test('the same rows give the same hash, whatever indexes there are beside', async () => {
    await db.sql([
      'CREATE DATABASE ordered',
      'USE ordered',
      'CREATE TABLE no_key (a INT, b VARCHAR(20), KEY covering (b, a), KEY (a))',
      `INSERT INTO no_key SELECT 97 * seq % 101, CONCAT('r', 31 * seq % 103) FROM mysql.seq_1_to_3000`,
      'CREATE TABLE keyed (a INT, b VARCHAR(20), PRIMARY KEY (b, a), KEY covering (a, b))',
      `INSERT INTO keyed SELECT seq, CONCAT('K', 31 * seq % 103) FROM mysql.seq_1_to_3000`,
      'CREATE TABLE parts (a INT, b INT, KEY covering (b, a)) PARTITION BY HASH (a) PARTITIONS 5',
      `INSERT INTO parts SELECT 97 * seq % 1009, 31 * seq % 103 FROM mysql.seq_1_to_3000`,
    ]);
    const [plan] = await db.sql('EXPLAIN SELECT a, b FROM ordered.no_key');
    expect(plan?.key, 'the server would take the index').toBe('covering');
    await using first = await dump(['ordered']);
    await db.sql(
      ['no_key', 'keyed', 'parts'].map(
        (table) => `ALTER TABLE ordered.${table} DROP INDEX covering, ALGORITHM = INPLACE`,
      ),
    );
    await using second = await dump(['ordered']);
    expect(second.records[0]?.sha256).toBe(first.records[0]?.sha256);
  });

  test('tables whose rows lie elsewhere, and those that are in no snapshot, are named', async () => {
    await db.sql([
      'CREATE DATABASE engines',
      'USE engines',
      'CREATE TABLE a (id INT) ENGINE = ARCHIVE',
      'INSERT INTO a VALUES (2), (1)',
      'CREATE TABLE b (id INT) ENGINE = BLACKHOLE',
      `CREATE TABLE f (id INT) ENGINE = FEDERATED CONNECTION = 'mysql://root@127.0.0.1:1/x/y'`,
      'CREATE TABLE m1 (id INT) ENGINE = MyISAM',
      'INSERT INTO m1 VALUES (1)',
      'CREATE TABLE m (id INT) ENGINE = MERGE UNION = (m1)',
      'CREATE TABLE r (id INT) ENGINE = Aria',
    ]);
    await using dumped = await dump(['engines']);
    expect(dumped.records[0]?.notes.map(({ code, what }) => `${code} ${what}`)).toEqual([
      'not-at-the-point engines.a',
      'not-at-the-point engines.m1',
      'not-at-the-point engines.r',
      'definition-only engines.b',
      'definition-only engines.f',
      'definition-only engines.m',
    ]);
    const { tables } = await objectsOf(dumped, 'engines');
    expect(tables.map(({ name, rows, hasRows }) => [name, rows, hasRows])).toEqual([
      ['a', 2, true],
      ['b', 0, false],
      ['f', 0, false],
      ['m', 0, false],
      ['m1', 1, true],
      ['r', 0, true],
    ]);
  });

  test('events whose time has passed and views that were unusable are named', async () => {
    await db.sql([
      'CREATE DATABASE stale',
      'USE stale',
      'CREATE TABLE t (a INT)',
      'CREATE VIEW v AS SELECT a FROM t',
      'DROP TABLE t',
      `SET timestamp = UNIX_TIMESTAMP('2020-01-01 00:00:00')`,
      `CREATE EVENT gone ON SCHEDULE AT '2020-06-01 00:00:00' DO SET @a = 1`,
      `CREATE EVENT kept ON SCHEDULE AT '2020-06-01 00:00:00' ON COMPLETION PRESERVE DO SET @a = 1`,
    ]);
    await using dumped = await dump(['stale']);
    expect(dumped.records[0]?.notes.map(({ code, what }) => `${code} ${what}`)).toEqual([
      'invalid-view stale.v',
      'expired-event stale.gone',
    ]);
  });
});

describe('the accounts', () => {
  test('are those that the databases need, roles first, rights on other databases left out', async () => {
    await db.sql([
      'CREATE DATABASE needy',
      'USE needy',
      'CREATE TABLE parent (id INT PRIMARY KEY, n INT)',
      'CREATE PROCEDURE `do it`() SELECT 1',
      'CREATE FUNCTION twice(a INT) RETURNS INT RETURN 2 * a',
      ...everyAccount('needy'),
      `GRANT SELECT ON mysql.* TO reader@'%'`,
      `GRANT SELECT ON mysql.user TO reader@'%'`,
    ]);
    await using dumped = await dump(['needy']);
    const text = await readFile(dumped.folder.file('mariadb/main/accounts.json'), 'utf8');
    const { accounts } = JSON.parse(text) as {
      accounts: { user: string; grants: string[]; global: boolean }[];
    };
    expect(accounts.map(({ user }) => user)).toEqual([
      'everyone',
      'night watch',
      'boss',
      'caller',
      'definer',
      "it's me",
      'keeper',
      'patterned',
      'reader',
      'root',
      'root',
    ]);
    expect(accounts.find(({ user }) => user === 'reader')?.grants).toEqual([
      'GRANT SELECT, SHOW VIEW ON `needy`.* TO `reader`@`%`',
    ]);
    expect(accounts.filter(({ global }) => global).map(({ user }) => user)).toEqual(['boss', 'root', 'root']);
    expect(text).not.toContain('stranger');
  });
});

describe('sizes', () => {
  test('rows of 60 MiB go through in bounded memory, one member each', async () => {
    await db.sql([
      'CREATE DATABASE large',
      'CREATE TABLE large.t (id INT PRIMARY KEY, b LONGBLOB)',
      ...[1, 2, 3, 4].map(
        (id) => `INSERT INTO large.t VALUES (${id}, REPEAT(RANDOM_BYTES(1024), ${60 << 10}))`,
      ),
      `INSERT INTO large.t VALUES (5, 'small'), (6, NULL)`,
    ]);
    await using dumped = await dump(['large']);
    const { tables } = await objectsOf(dumped, 'large');
    expect(tables[0]?.rows).toBe(6);
    expect(dumped.peak).toBeLessThan(64 << 20);
    const [sums] = [await db.sql('SELECT id, SHA2(b, 256) AS sum FROM large.t WHERE id < 5 ORDER BY id')];
    const text = await textOf(dumped, tables[0]!.members);
    expect(text.subarray(-13).toString()).toBe('5\tsmall\n6\t\\N\n');
    expect(createHash('sha256').update(unescaped(text, 0)).digest('hex')).toBe(sums[0]?.sum);
  });

  /** The second value of the row at `from`, without escapes. */
  function unescaped(text: Buffer, from: number): Buffer {
    const start = text.indexOf(9, from) + 1;
    const line = text.subarray(start, text.indexOf(10, start));
    const value = Buffer.alloc(line.length);
    const marks: Record<number, number> = { 48: 0, 116: 9, 110: 10, 92: 92 };
    let length = 0;
    for (let i = 0; i < line.length; i++) value[length++] = line[i] === 92 ? marks[line[++i]!]! : line[i]!;
    return value.subarray(0, length);
  }

  test('members are of at most 16 MiB and no row spans two of them', async () => {
    await db.sql([
      'CREATE DATABASE wide',
      'CREATE TABLE wide.t (id INT PRIMARY KEY, b BLOB)',
      'INSERT INTO wide.t SELECT seq, RANDOM_BYTES(1024) FROM mysql.seq_1_to_45000',
    ]);
    await using dumped = await dump(['wide']);
    const { tables } = await objectsOf(dumped, 'wide');
    const members = tables[0]!.members;
    expect(members.length).toBeGreaterThan(2);
    let rows = 0;
    for (const member of members) {
      expect((await stat(dumped.folder.file(member))).size).toBeLessThanOrEqual(16 << 20);
      const text = await textOf(dumped, [member]);
      expect(text.at(-1)).toBe(10);
      expect(Number.parseInt(text.subarray(0, 10).toString(), 10)).toBe(rows + 1);
      rows += text.filter((byte) => byte === 10).length;
    }
    expect(rows).toBe(45_000);
  });

  test.each([
    ['None', 'Fast', 0],
    ['Fast', 'Compact', 0.02],
  ] as const)('[FD-23] %s beside %s: the same text, other sizes', async (one, other, saved) => {
    await db.sql([
      'CREATE OR REPLACE DATABASE prose',
      'CREATE TABLE prose.t (id INT PRIMARY KEY, t TEXT)',
      `INSERT INTO prose.t SELECT seq, CONCAT(seq * 37 % 9973, ' persons came in by door ', seq % 89, ' at ',
         SEC_TO_TIME(seq * 61 % 86400), ', the last of them was ', SUBSTRING(MD5(seq % 501), 1, 9)) FROM mysql.seq_1_to_20000`,
    ]);
    await using first = await dump(['prose'], one);
    await using second = await dump(['prose'], other);
    expect(second.records[0]?.sha256).toBe(first.records[0]?.sha256);
    const size = (dumped: Dumped) =>
      dumped.records[0]!.members.filter(({ path }) => path.endsWith('.zst')).reduce(
        (sum, { bytes }) => sum + bytes,
        0,
      );
    expect(size(second)).toBeLessThanOrEqual(size(first) * (1 - saved));
  });

  test('1,000 tables in a few seconds', async () => {
    await db.sql([
      'CREATE DATABASE many',
      ...Array.from(
        { length: 1000 },
        (_, i) => `CREATE TABLE many.t${i} (id INT PRIMARY KEY, v INT, KEY (v))`,
      ),
      ...Array.from({ length: 1000 }, (_, i) => `INSERT INTO many.t${i} VALUES (${i}, 1)`),
    ]);
    const began = performance.now();
    await using dumped = await dump(['many']);
    expect(dumped.records[0]).toMatchObject({ items: 1000, rows: 1000 });
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(dumped.peak).toBeLessThan(64 << 20);
  });
});
