import { afterAll, beforeAll, expect, test } from 'vitest';
import { backupToFolder } from './backup-to-folder.ts';
import { restoreOf } from './restore-databases.ts';
import { serverState } from './server-state.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';

let source: TestMariadb;
let fresh: TestMariadb;

beforeAll(async () => {
  [source, fresh] = await Promise.all([startMariadb(), startMariadb()]);
});

afterAll(async () => {
  await source[Symbol.asyncDispose]();
  await fresh[Symbol.asyncDispose]();
});

/** Makes a set on one server, brings it to the other, and expects both to be equal. */
async function roundTrip(set: string[], statements: string[]): Promise<void> {
  await source.sql(["SET NAMES utf8mb4, sql_mode = 'NO_AUTO_VALUE_ON_ZERO'", ...statements]);
  await using backup = await backupToFolder(source, set);
  await using restore = await restoreOf(backup, fresh);
  await restore.prepare();
  await restore.switchOver();
  expect((await serverState(fresh, set)).objects).toEqual((await serverState(source, set)).objects);
}

test('objects keep the character sets they were made under, and mean the same', async () => {
  await roundTrip(
    ['contexts'],
    [
      'CREATE DATABASE contexts CHARACTER SET latin1 COLLATE latin1_german1_ci',
      'USE contexts',
      'CREATE TABLE t (a VARCHAR(20) CHARACTER SET utf8mb4)',
      "SET @p = 'CREATE PROCEDURE p() SELECT ''ß€'' AS x, ''ü'' = ''ue'' AS y'",
      "SET @f = 'CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = ''ß€'''",
      "SET @v = 'CREATE VIEW v AS SELECT ''ß€'' AS x'",
      "SET @e = 'CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS ''2030-01-01 00:00:00'' DO SET @x = ''ß€'''",
      'SET character_set_client = latin1, collation_connection = latin1_german2_ci',
      'EXECUTE IMMEDIATE @p',
      'EXECUTE IMMEDIATE @f',
      'EXECUTE IMMEDIATE @v',
      'EXECUTE IMMEDIATE @e',
      'SET NAMES utf8mb4',
      "SET @r = 'CREATE FUNCTION russian() RETURNS VARCHAR(20) CHARACTER SET utf8mb4 DETERMINISTIC RETURN ''Привет'''",
      'SET character_set_client = cp1251, collation_connection = cp1251_general_ci',
      'EXECUTE IMMEDIATE @r',
      'SET NAMES utf8mb4',
      'ALTER DATABASE contexts COLLATE latin1_bin',
      "CREATE PROCEDURE later() SELECT 'ß€' AS x",
      'ALTER DATABASE contexts CHARACTER SET utf8mb4',
    ],
  );
  const called = (server: TestMariadb) =>
    server.sql('CALL p()', 'contexts').then((rows) => JSON.stringify(rows));
  expect(await called(fresh)).toBe(await called(source));
  expect(await fresh.sql('SELECT russian() AS r', 'contexts')).toEqual([{ r: 'Привет' }]);
  await fresh.sql("INSERT INTO t VALUES ('')", 'contexts');
  expect(await fresh.sql('SELECT HEX(a) AS a, HEX(x) AS x FROM t, v', 'contexts')).toEqual([
    { a: 'C39FE282AC', x: 'DF80' },
  ]);
});

test('names of databases are not mistaken for aliases, tables or columns', async () => {
  await roundTrip(
    ['n', 'm'],
    [
      'CREATE DATABASE n',
      'CREATE DATABASE m',
      'CREATE TABLE n.m (m INT PRIMARY KEY, n INT)',
      'CREATE TABLE m.n (m INT PRIMARY KEY, n INT, CONSTRAINT m FOREIGN KEY (n) REFERENCES n.m (m))',
      'INSERT INTO n.m VALUES (1, 2)',
      'INSERT INTO m.n VALUES (3, 1)',
      "CREATE VIEW n.v AS SELECT m.m, m.n, 'n.m' AS t FROM n.m JOIN m.n n USING (m)",
      'CREATE VIEW m.n_m AS SELECT n.n FROM m.n n, n.m m WHERE m.m = n.n',
      'CREATE VIEW m.a_before_its_base AS SELECT * FROM n.v',
      'CREATE FUNCTION m.n(x INT) RETURNS INT DETERMINISTIC RETURN x',
      'CREATE VIEW n.w AS SELECT m.n(n.n) AS m FROM m.n',
      'CREATE TRIGGER n.m BEFORE INSERT ON n.m FOR EACH ROW INSERT INTO m.n VALUES (NEW.m, NULL)',
    ],
  );
});

test('sequences stand where they stood: descending, in circles, at their end', async () => {
  const made = [
    'CREATE SEQUENCE up START WITH 5 INCREMENT BY 3 MAXVALUE 20 CYCLE CACHE 2',
    'CREATE SEQUENCE down START WITH -1 INCREMENT BY -10 MINVALUE -1000 MAXVALUE 0 NOCACHE',
    'CREATE SEQUENCE ended START WITH 1 MAXVALUE 2 NOCACHE',
    'CREATE SEQUENCE ended_down START WITH -1 INCREMENT BY -1 MINVALUE -2 MAXVALUE -1 NOCACHE',
    'CREATE SEQUENCE huge START WITH 9223372036854775000 NOCACHE',
    'CREATE SEQUENCE untouched',
  ];
  const drawn = [
    'up',
    'up',
    'up',
    'up',
    'up',
    'up',
    'up',
    'down',
    'down',
    'ended',
    'ended',
    'ended_down',
    'ended_down',
    'huge',
  ];
  await roundTrip(
    ['sequences'],
    [
      'CREATE DATABASE sequences',
      'USE sequences',
      ...made,
      ...drawn.map((name) => `SELECT NEXTVAL(${name})`),
    ],
  );
  for (const name of ['up', 'down', 'huge', 'untouched']) {
    const next = (server: TestMariadb) => server.sql(`SELECT NEXTVAL(${name}) AS v`, 'sequences');
    expect(await next(fresh), name).toEqual(await next(source));
  }
  await expect(fresh.sql('SELECT NEXTVAL(ended)', 'sequences')).rejects.toThrow(/run out/);
});

test('tables whose rows lie elsewhere come back as definitions', async () => {
  await Promise.all([source, fresh].map((server) => server.sql("INSTALL SONAME 'ha_blackhole'")));
  await roundTrip(
    ['elsewhere', 'elsewhere2'],
    [
      'CREATE DATABASE elsewhere',
      'CREATE DATABASE elsewhere2',
      'CREATE TABLE elsewhere.a (a INT) ENGINE = MyISAM',
      'CREATE TABLE elsewhere2.b (a INT) ENGINE = MyISAM',
      'INSERT INTO elsewhere.a VALUES (1)',
      'INSERT INTO elsewhere2.b VALUES (2)',
      'CREATE TABLE elsewhere.both_of_them (a INT) ENGINE = MERGE UNION = (elsewhere.a, elsewhere2.b)',
      'CREATE TABLE elsewhere.nothing (a INT, KEY (a)) ENGINE = BLACKHOLE',
    ],
  );
  expect(await fresh.sql('SELECT a FROM elsewhere.both_of_them ORDER BY a')).toEqual([{ a: 1 }, { a: 2 }]);
});

test('old names do not matter: a view where a table was, a table where a view was, events of the same name', async () => {
  await fresh.sql([
    'CREATE DATABASE swapped',
    'CREATE TABLE swapped.x (a INT)',
    'CREATE VIEW swapped.y AS SELECT * FROM swapped.x',
    'CREATE SEQUENCE swapped.z',
    'CREATE TABLE swapped.s (a INT)',
    "CREATE EVENT swapped.e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO SET @a = 1",
  ]);
  await roundTrip(
    ['swapped'],
    [
      'CREATE DATABASE swapped',
      'CREATE TABLE swapped.y (b INT)',
      'CREATE VIEW swapped.x AS SELECT * FROM swapped.y',
      'CREATE TABLE swapped.z (c INT)',
      'CREATE SEQUENCE swapped.s',
      "CREATE EVENT swapped.e ON SCHEDULE EVERY 2 DAY STARTS '2030-01-01 00:00:00' DISABLE DO SET @a = 2",
    ],
  );
});

test('a row of id 0 keeps its id beside columns that are loaded by an expression', async () => {
  await roundTrip(
    ['zero'],
    [
      'CREATE DATABASE zero',
      "CREATE TABLE zero.t (e ENUM('a', 'b'), id INT AUTO_INCREMENT PRIMARY KEY, s SET('x'), u UUID)",
      "INSERT INTO zero.t (id, e, s) VALUES (-1, 'a', 'x'), (0, 'b', ''), (1, NULL, NULL)",
    ],
  );
  expect(await fresh.sql('SELECT id FROM zero.t ORDER BY id')).toEqual([{ id: -1 }, { id: 0 }, { id: 1 }]);
});
