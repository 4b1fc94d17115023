import { afterAll, beforeAll, expect, test } from 'vitest';
import { SESSION } from './round-trip.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';
import { wholeState } from './whole-state.ts';

let server: TestMariadb;

beforeAll(async () => {
  server = await startMariadb({ conf: ['character-set-server=utf8mb4'] });
});

afterAll(() => server?.[Symbol.asyncDispose]());

const SYSTEM = [
  ...SESSION,
  'CREATE OR REPLACE DATABASE seen',
  'USE seen',
  "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(20) DEFAULT 'x' COMMENT 'c', e ENUM('a','😀') COLLATE utf8mb4_bin, f FLOAT, b BLOB, g INT AS (LENGTH(b)) STORED, h INT INVISIBLE, KEY k (v), CHECK (f < 9))",
  "INSERT INTO t (v, e, f, b) VALUES ('a', 1, 1.5, x'00ff'), ('b', 2, 2.5, NULL)",
  'CREATE TABLE w (a INT) WITH SYSTEM VERSIONING',
  'INSERT INTO w VALUES (1), (2)',
  'DELETE FROM w WHERE a = 1',
  'CREATE TABLE p (id INT PRIMARY KEY, CONSTRAINT fk FOREIGN KEY (id) REFERENCES t (id) ON DELETE CASCADE)',
  'CREATE TABLE parts (a INT) PARTITION BY HASH (a) PARTITIONS 2',
  'CREATE SEQUENCE s',
  'CREATE VIEW vw AS SELECT id FROM t',
  'CREATE TRIGGER t1 BEFORE INSERT ON t FOR EACH ROW SET @a = 1',
  'CREATE TRIGGER t2 BEFORE INSERT ON t FOR EACH ROW SET @a = 2',
  'CREATE PROCEDURE pr(a INT) SELECT 1',
  "CREATE EVENT ev ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO SELECT 1",
  'CREATE USER IF NOT EXISTS seer@localhost',
  'REVOKE ALL PRIVILEGES, GRANT OPTION FROM seer@localhost',
  'GRANT SELECT ON seen.t TO seer@localhost',
  'GRANT EXECUTE ON PROCEDURE seen.pr TO seer@localhost',
];

test('two systems made the same way are the same', async () => {
  // History holds the time of each change.
  const made = [...SYSTEM.slice(0, 2), 'SET timestamp = 1700000000', ...SYSTEM.slice(2)];
  await server.sql(made);
  const first = await wholeState(server, ['seen']);
  await server.sql(made);
  expect(await wholeState(server, ['seen'])).toEqual(first);
  expect(first.length).toBeGreaterThan(50);
});

test.each([
  ['a byte of a row', "UPDATE t SET b = x'00fe' WHERE id = 1"],
  ['NULL for an empty value', "UPDATE t SET b = '' WHERE id = 2"],
  ['the last digit of a FLOAT', 'UPDATE t SET f = 1.5000001 WHERE id = 1'],
  ['another label', 'UPDATE t SET e = 1 WHERE id = 2'],
  ['a row less', 'DELETE FROM t WHERE id = 2'],
  ['a hidden value', 'UPDATE t SET h = 1'],
  ['a counter', 'ALTER TABLE t AUTO_INCREMENT = 90'],
  ['a label beyond the BMP', "ALTER TABLE t MODIFY e ENUM('a','🎉') COLLATE utf8mb4_bin"],
  ['a default', "ALTER TABLE t ALTER v SET DEFAULT 'y'"],
  ['a default beyond the BMP', "ALTER TABLE t ALTER v SET DEFAULT '😀'"],
  ['a comment', "ALTER TABLE t COMMENT = 'd'"],
  [
    'a column’s character set',
    "ALTER TABLE t MODIFY v VARCHAR(20) CHARACTER SET latin1 DEFAULT 'x' COMMENT 'c'",
  ],
  ['a key', 'ALTER TABLE t DROP KEY k'],
  ['a key that is ignored', 'ALTER TABLE t ALTER INDEX k IGNORED'],
  ['a check', 'ALTER TABLE t ADD CHECK (f < 8)'],
  ['an engine', 'ALTER TABLE parts ENGINE = MyISAM'],
  ['a partition', 'ALTER TABLE parts ADD PARTITION PARTITIONS 1'],
  ['history', 'DELETE HISTORY FROM w'],
  ['a foreign key', 'ALTER TABLE p DROP FOREIGN KEY fk'],
  ['a sequence', 'SELECT NEXTVAL(s)'],
  ['a view', 'CREATE OR REPLACE VIEW vw AS SELECT id + 0 AS id FROM t'],
  ['a view’s definer', 'CREATE OR REPLACE DEFINER = seer@localhost VIEW vw AS SELECT id FROM t'],
  [
    'the order of triggers',
    'CREATE OR REPLACE TRIGGER t1 BEFORE INSERT ON t FOR EACH ROW FOLLOWS t2 SET @a = 1',
  ],
  ['a trigger', 'DROP TRIGGER t2'],
  ['a routine', 'CREATE OR REPLACE PROCEDURE pr(a INT) SELECT 2'],
  ['a routine’s parameter', 'CREATE OR REPLACE PROCEDURE pr(a BIGINT) SELECT 1'],
  ['an event', 'ALTER EVENT ev DISABLE'],
  ['a comment of an event', "ALTER EVENT ev COMMENT 'd'"],
  ['a database’s collation', 'ALTER DATABASE seen COLLATE utf8mb4_bin'],
  ['a database’s comment', "ALTER DATABASE seen COMMENT 'd'"],
  ['a table more', 'CREATE TABLE more (a INT)'],
  ['a grant', 'GRANT INSERT ON seen.t TO seer@localhost'],
  ['a grant on a routine', 'REVOKE EXECUTE ON PROCEDURE seen.pr FROM seer@localhost'],
])('the comparer of the fidelity tests sees %s', async (_, change) => {
  await server.sql(SYSTEM);
  const before = await wholeState(server, ['seen']);
  expect(await wholeState(server, ['seen'])).toEqual(before);
  await server.sql([...SESSION, 'USE seen', "SET SESSION system_versioning_alter_history = 'KEEP'", change]);
  expect(await wholeState(server, ['seen'])).not.toEqual(before);
});

test('a routine made under another sql_mode, which its text does not show', async () => {
  await server.sql(SYSTEM);
  const before = await wholeState(server, ['seen']);
  await server.sql([
    ...SESSION,
    'USE seen',
    "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ANSI_QUOTES'",
    'CREATE OR REPLACE PROCEDURE pr(a INT) SELECT 1',
  ]);
  expect(await wholeState(server, ['seen'])).not.toEqual(before);
});
