import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quoteName, quoteText } from '#sources/mariadb/quote-name.ts';
import { backupToFolder } from './backup-to-folder.ts';
import { restoreOf } from './restore-databases.ts';
import { serverState } from './server-state.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';

interface RandomColumn {
  type: string;
  /** A literal for each row; `null` is NULL where the column takes it. */
  values: (string | null)[];
  nullable: boolean;
}

interface RandomTable {
  name: string;
  columns: RandomColumn[];
  names: string[];
  engine: string;
  key: 'auto' | 'plain' | 'none';
  indexed: number[];
  extra: string;
}

const ROWS = 12;

const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  // Identifiers are of the Basic Multilingual Plane and end in no space.
  .filter((text) => !/[\p{Cs}\p{Co}\0]|[^\0-\uffff]/u.test(text) && !/\s$/u.test(text));

const hex = (bytes: Uint8Array) => `x'${Buffer.from(bytes).toString('hex')}'`;
const text = fc.string({ unit: 'binary', maxLength: 40 }).map((value) => hex(Buffer.from(value)));
const bytes = fc.uint8Array({ maxLength: 60 }).map(hex);
const two = (n: number) => String(n).padStart(2, '0');
const date = fc
  .tuple(
    fc.integer({ min: 1000, max: 9999 }),
    fc.integer({ min: 0, max: 12 }),
    fc.integer({ min: 0, max: 28 }),
  )
  .map(([y, m, d]) => `${y}-${two(m)}-${two(d)}`);
const time = fc
  .tuple(
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 999_999 }),
  )
  .map(([h, m, f]) => `${two(h)}:${two(m)}:07.${String(f).padStart(6, '0')}`);
const label = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((value) => !/[,\s]$|,/u.test(value));
const labels = fc.uniqueArray(label, {
  minLength: 1,
  maxLength: 30,
  selector: (value) => value.normalize().toLowerCase(),
});

function column(type: string, value: fc.Arbitrary<string>): fc.Arbitrary<RandomColumn> {
  return fc.record({
    type: fc.constant(type),
    values: fc.array(fc.option(value, { freq: 5 }), { minLength: ROWS, maxLength: ROWS }),
    nullable: fc.constant(true),
  });
}

const anyColumn = fc.oneof(
  column('INT', fc.integer().map(String)),
  column('BIGINT UNSIGNED', fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(String)),
  column(
    'DECIMAL(30,10)',
    fc.bigInt({ min: -(10n ** 29n), max: 10n ** 29n }).map((n) => `${n}e-10`),
  ),
  column('DOUBLE', fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)),
  column('FLOAT', fc.float({ noNaN: true, noDefaultInfinity: true }).map(String)),
  column('VARCHAR(80) CHARACTER SET utf8mb4', text),
  column('TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', text),
  column('VARBINARY(80)', bytes),
  column('LONGBLOB', bytes),
  column(
    'DATE',
    date.map((d) => `'${d}'`),
  ),
  column(
    'DATETIME(6)',
    fc.tuple(date, time).map(([d, t]) => `'${d} ${t}'`),
  ),
  column(
    'TIME(6)',
    time.map((t) => `'-${t}'`),
  ),
  column('YEAR', fc.integer({ min: 1901, max: 2155 }).map(String)),
  column(
    'UUID',
    fc.uuid().map((u) => `'${u}'`),
  ),
  column(
    'INET6',
    fc.ipV6().map((a) => `'${a}'`),
  ),
  column(
    'JSON',
    fc.json({ maxDepth: 2 }).map((j) => hex(Buffer.from(j))),
  ),
  fc
    .integer({ min: 1, max: 64 })
    .chain((n) => column(`BIT(${n})`, fc.bigInt({ min: 0n, max: (1n << BigInt(n)) - 1n }).map(String))),
  labels.chain((all) =>
    column(
      `ENUM(${all.map(quoteText).join(',')}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
      fc.integer({ min: 1, max: all.length }).map(String),
    ),
  ),
  labels.chain((all) =>
    column(
      `SET(${all.map(quoteText).join(',')}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
      fc.bigInt({ min: 0n, max: (1n << BigInt(all.length)) - 1n }).map(String),
    ),
  ),
);

const table: fc.Arbitrary<RandomTable> = fc
  .array(anyColumn, { minLength: 1, maxLength: 6 })
  .chain((columns) =>
    fc.record({
      name,
      columns: fc.constant(columns),
      names: fc.array(name, { minLength: columns.length, maxLength: columns.length }),
      engine: fc.constantFrom('InnoDB', 'InnoDB', 'InnoDB', 'MyISAM', 'Aria'),
      key: fc.constantFrom('auto' as const, 'plain' as const, 'none' as const),
      indexed: fc.uniqueArray(fc.nat({ max: columns.length - 1 }), { maxLength: 3 }),
      extra: fc.constantFrom('', '', 'WITH SYSTEM VERSIONING', 'PARTITION BY HASH (id) PARTITIONS 3'),
    }),
  );

function statements(tables: RandomTable[]): string[] {
  return tables.flatMap((t, i) => {
    const own = quoteName(`${i}${t.name}`);
    const names = t.columns.map((_, c) => quoteName(`${c}${t.names[c]}`));
    const columns = t.columns.map((c, at) => `${names[at]} ${c.type} NULL COMMENT ${quoteText(t.name)}`);
    const id =
      t.key === 'auto'
        ? 'id INT AUTO_INCREMENT PRIMARY KEY'
        : `id INT NOT NULL${t.key === 'plain' ? ' PRIMARY KEY' : ''}`;
    const keys = t.indexed.map((at) => {
      const long = /TEXT|BLOB|JSON/.test(t.columns[at]?.type ?? '') ? '(9)' : '';
      return `, KEY (${names[at]}${long})`;
    });
    const rows = Array.from(
      { length: ROWS },
      (_, r) => `(${[r - 3, ...t.columns.map((c) => c.values[r] ?? 'NULL')].join(', ')})`,
    );
    return [
      `CREATE TABLE ${own} (${id}, ${columns.join(', ')}${keys.join('')}) ENGINE = ${t.engine} ${t.extra}`,
      `INSERT INTO ${own} (id, ${names.join(', ')}) VALUES ${rows.join(', ')}`,
      `DELETE FROM ${own} WHERE id = 2`,
    ];
  });
}

let source: TestMariadb;
let fresh: TestMariadb;

beforeAll(async () => {
  [source, fresh] = await Promise.all([startMariadb(), startMariadb()]);
});

afterAll(async () => {
  await source[Symbol.asyncDispose]();
  await fresh[Symbol.asyncDispose]();
});

test('[BS-01] any schema with any rows comes back as it was', async () => {
  const session = "SET NAMES utf8mb4, sql_mode = 'NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00'";
  let withRows = 0;
  const property = fc.asyncProperty(fc.array(table, { minLength: 1, maxLength: 3 }), async (tables) => {
    await source.sql([session, 'CREATE OR REPLACE DATABASE random', 'USE random', ...statements(tables)]);
    await fresh.sql('DROP DATABASE IF EXISTS random');
    await using backup = await backupToFolder(source, ['random']);
    await using restore = await restoreOf(backup, fresh);
    await restore.prepare();
    await restore.switchOver();
    expect((await serverState(fresh, ['random'])).objects).toEqual(
      (await serverState(source, ['random'])).objects,
    );
    withRows += backup.records[0]?.rows ?? 0;
  });
  await fc.assert(property, { numRuns: 25, interruptAfterTimeLimit: 60_000, endOnFailure: true });
  expect(withRows).toBeGreaterThan(25 * (ROWS - 1));
}, 120_000);
