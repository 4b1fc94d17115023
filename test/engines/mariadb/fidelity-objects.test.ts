import { afterAll, beforeAll, expect, test } from 'vitest';
import { roundTrip, SESSION, type TwoServers, twoServers } from './round-trip.ts';

let servers: TwoServers;

beforeAll(async () => {
  servers = await twoServers();
});

afterAll(() => servers?.[Symbol.asyncDispose]());

test('[BS-26] views upon views and functions of an account that the new server does not have yet', async () => {
  await roundTrip(
    servers,
    ['nested'],
    [
      "CREATE USER app@'%' IDENTIFIED BY 'x'",
      'CREATE TABLE t (a INT, b INT)',
      "CREATE DEFINER = app@'%' FUNCTION f(x INT) RETURNS INT RETURN x",
      "GRANT SELECT (a) ON nested.t TO app@'%'",
      "GRANT EXECUTE, TRIGGER ON nested.* TO app@'%'",
      "CREATE DEFINER = app@'%' VIEW z1 AS SELECT a, f(a) AS b FROM t",
      "GRANT SELECT ON nested.z1 TO app@'%'",
      "CREATE DEFINER = app@'%' VIEW a2 AS SELECT a FROM z1",
      "GRANT SELECT ON nested.a2 TO app@'%'",
      "CREATE DEFINER = app@'%' VIEW m3 AS SELECT a2.a FROM a2 JOIN z1",
      "CREATE DEFINER = app@'%' TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = (SELECT MAX(a) FROM a2)",
      "CREATE DEFINER = app@'%' PROCEDURE p() SELECT * FROM a2",
      "CREATE DEFINER = app@'%' EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO CALL p()",
    ],
    // It locks what views look at, for which the account lacks the right.
    { dump: false },
  );
});

test('a role as definer stays a role, on a server that does not have it yet', async () => {
  await roundTrip(
    servers,
    ['by_role'],
    [
      'CREATE ROLE `the role`',
      'GRANT SELECT ON by_role.* TO `the role`',
      'CREATE TABLE t (a INT)',
      'CREATE DEFINER = `the role` VIEW v AS SELECT a FROM t',
      'CREATE DEFINER = `the role` VIEW v2 AS SELECT a FROM v',
      'CREATE DEFINER = `the role` PROCEDURE p() SELECT 1',
      'CREATE DEFINER = `the role` FUNCTION f() RETURNS INT RETURN 1',
      'CREATE DEFINER = `the role` TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1',
    ],
  );
});

test('definers that are gone: everything is made as it was, and what cannot be used is named', async () => {
  const notes = await roundTrip(
    servers,
    ['gone'],
    [
      'CREATE USER nobody@nowhere',
      'GRANT ALL ON *.* TO nobody@nowhere',
      'CREATE TABLE t (a INT)',
      'CREATE DEFINER = nobody@nowhere VIEW v AS SELECT a FROM t',
      'CREATE DEFINER = nobody@nowhere TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1',
      'CREATE DEFINER = nobody@nowhere PROCEDURE p() SELECT 1',
      "CREATE DEFINER = nobody@nowhere EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO SELECT 1",
      'CREATE DEFINER = nobody@nowhere FUNCTION f() RETURNS INT RETURN 1',
      'CREATE VIEW v2 AS SELECT * FROM v',
      'CREATE VIEW v3 AS SELECT f() AS x',
      'CREATE DEFINER = nobody@nowhere SQL SECURITY INVOKER VIEW vi AS SELECT a FROM t',
      'DROP USER nobody@nowhere',
    ],
    { dump: false },
  );
  expect(notes.backup.filter((note) => note.startsWith('invalid-view'))).toEqual(['invalid-view gone.v3']);
  expect(notes.fresh.join('\n')).not.toContain('could not be made');
});

test('views already invalid in the source are listed, not fatal; others upon each other over two databases', async () => {
  const notes = await roundTrip(
    servers,
    ['vw1', 'vw2'],
    [
      'CREATE TABLE vw1.t (a INT, b VARCHAR(9))',
      'CREATE TABLE vw2.t (a INT, `c``d` INT)',
      'CREATE TABLE vw1.gone (a INT)',
      'CREATE FUNCTION vw1.f(x INT) RETURNS INT RETURN x',
      'CREATE FUNCTION vw1.f_gone(x INT) RETURNS INT RETURN x',
      `CREATE VIEW vw1.z_first AS SELECT t1.a, t2.\`c\`\`d\` FROM vw1.t t1 LEFT JOIN vw2.t t2 ON t1.a = t2.a
         WHERE EXISTS (SELECT 1 FROM vw2.t WHERE a > vw1.f(2))`,
      `CREATE VIEW vw2.a_second AS WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5)
         SELECT r.n, x.a FROM r JOIN vw1.z_first x`,
      `CREATE VIEW vw1.\`v 3\` AS SELECT SUM(a) OVER (PARTITION BY b ORDER BY a ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s,
         JSON_EXTRACT('{"a":1}', '$.a') AS j, _utf8mb4'ß😀' COLLATE utf8mb4_bin AS c, x'ff00' AS h, DATE'2020-01-01' AS d, b REGEXP '^\\\\w' AS re FROM t`,
      'CREATE VIEW vw1.chk AS SELECT * FROM t WHERE a > 0 WITH LOCAL CHECK OPTION',
      'CREATE VIEW vw1.a_chk AS SELECT * FROM chk WHERE a > 1 WITH CASCADED CHECK OPTION',
      'CREATE ALGORITHM = TEMPTABLE SQL SECURITY INVOKER VIEW vw1.tt AS SELECT * FROM t',
      'CREATE VIEW vw2.`a.b` AS SELECT vw2.t.a FROM vw2.t UNION SELECT a FROM vw1.t INTERSECT SELECT 5 ORDER BY 1 LIMIT 3',
      'CREATE VIEW vw1.invalid AS SELECT * FROM gone',
      'CREATE VIEW vw1.invalid_function AS SELECT f_gone(1) AS x',
      'CREATE VIEW vw1.on_invalid AS SELECT * FROM invalid',
      'DROP TABLE vw1.gone',
      'DROP FUNCTION vw1.f_gone',
    ],
    { loses: [/invalid/], dump: false },
  );
  const invalid = ['invalid', 'invalid_function', 'on_invalid'].map((name) => `invalid-view vw1.${name}`);
  expect(notes.backup).toEqual(invalid);
  expect(notes.fresh.filter((note) => note.endsWith('could not be made'))).toHaveLength(3);
});

test('sequences and defaults that draw from them: of another database, in hidden columns, with an own expression', async () => {
  await roundTrip(
    servers,
    ['sqa', 'sqb'],
    [
      'CREATE SEQUENCE sqa.s',
      "CREATE SEQUENCE sqb.`s t``x` START WITH 100 INCREMENT BY -5 MINVALUE -1000 MAXVALUE 200 CACHE 7 CYCLE ENGINE = MyISAM COMMENT = 'ß'",
      `CREATE TABLE sqa.t (a INT DEFAULT NEXTVAL(sqb.\`s t\`\`x\`), b INT DEFAULT (NEXT VALUE FOR sqa.s), c INT DEFAULT (LASTVAL(sqb.\`s t\`\`x\`) + PREVIOUS VALUE FOR sqa.s),
         d BIGINT NOT NULL DEFAULT (NEXTVAL(\`sqa\`.\`s\`) * 2) INVISIBLE, e INT DEFAULT (IF(1, SETVAL(sqa.s, 50), 1)) COMMENT 'nextval(sqa.s)')`,
      'INSERT INTO sqa.t () VALUES ()',
      'CREATE TABLE sqb.t (a INT DEFAULT NEXTVAL(sqa.s), `nextval` INT DEFAULT 5)',
      'INSERT INTO sqb.t () VALUES ()',
      'CREATE TABLE sqb.v (a INT DEFAULT NEXTVAL(sqa.s), n INT) WITH SYSTEM VERSIONING',
      'INSERT INTO sqb.v (n) VALUES (1), (2)',
      'UPDATE sqb.v SET n = 3',
      'CREATE VIEW sqa.v AS SELECT NEXTVAL(sqb.`s t``x`) AS x, (PREVIOUS VALUE FOR sqa.s) AS y',
      'CREATE TRIGGER sqa.tr BEFORE INSERT ON sqa.t FOR EACH ROW SET NEW.a = NEXT VALUE FOR sqb.`s t``x`',
    ],
  );
});

test('a default whose sequence is gone does not end the restore: the column has none, which is said', async () => {
  const notes = await roundTrip(
    servers,
    ['drawn'],
    [
      'CREATE SEQUENCE s',
      'CREATE TABLE t (a INT DEFAULT NEXTVAL(s), b INT)',
      'INSERT INTO t (b) VALUES (1)',
      'DROP SEQUENCE s',
    ],
    { loses: [/^(TABLE|COLUMNS) drawn\.t( 1 a)?:/], dump: false },
  );
  expect(notes.fresh.join('\n')).toMatch(/column a of drawn\.t did not get its default: .*drawn\.s/);
});

test('[BS-01] foreign keys over databases of the set, out of it, to nothing, to themselves', async () => {
  for (const server of [servers.source, servers.fresh]) {
    await server.sql([...SESSION, 'CREATE DATABASE fk_out', 'CREATE TABLE fk_out.site (id INT PRIMARY KEY)']);
  }
  await roundTrip(
    servers,
    ['fk1', 'fk2'],
    [
      'INSERT INTO fk_out.site VALUES (1)',
      'CREATE TABLE fk1.p (id INT PRIMARY KEY, a INT, b VARCHAR(9), UNIQUE (a, b))',
      "INSERT INTO fk1.p VALUES (1, 1, 'x')",
      `CREATE TABLE fk2.c (id INT PRIMARY KEY, a INT, b VARCHAR(9), s INT,
         CONSTRAINT \`x "y\` FOREIGN KEY \`k z\` (a, b) REFERENCES fk1.p (a, b) ON DELETE SET NULL ON UPDATE CASCADE,
         FOREIGN KEY (s) REFERENCES fk_out.site (id) ON DELETE NO ACTION)`,
      "INSERT INTO fk2.c VALUES (1, 1, 'x', 1)",
      'CREATE TABLE fk1.c (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES fk2.c (id), FOREIGN KEY (id) REFERENCES p (id))',
      'INSERT INTO fk1.c VALUES (1)',
      'SET foreign_key_checks = 0',
      `CREATE TABLE fk1.astray (id INT PRIMARY KEY, x INT, FOREIGN KEY (x) REFERENCES nowhere (id), FOREIGN KEY (x) REFERENCES fk2.nowhere2 (id),
         FOREIGN KEY (x) REFERENCES no_database.t (id), FOREIGN KEY (x) REFERENCES p (id))`,
      'INSERT INTO fk1.astray VALUES (1, 77)',
      'CREATE TABLE fk1.in_myisam (id INT PRIMARY KEY) ENGINE = MyISAM',
      'CREATE TABLE fk1.in_parts (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2',
      `CREATE TABLE fk1.to_what_has_no_keys (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES in_myisam (id), FOREIGN KEY (id) REFERENCES in_parts (id))`,
      'CREATE TABLE fk1.`p``q` (`i``d` INT PRIMARY KEY, `r f` INT, FOREIGN KEY (`r f`) REFERENCES `p``q` (`i``d`))',
      'CREATE TABLE fk2.`ä` (id INT PRIMARY KEY, x INT, CONSTRAINT `ü ß` FOREIGN KEY (x) REFERENCES fk1.`p``q` (`i``d`))',
    ],
  );
});

test('events whose time has passed are listed: dropped by the server, or disabled if they are preserved', async () => {
  const notes = await roundTrip(
    servers,
    ['events'],
    [
      `CREATE EVENT slave ON SCHEDULE EVERY '1:30' HOUR_MINUTE STARTS '2026-01-01 00:00:00' ENDS '2037-01-01 00:00:00'
         ON COMPLETION PRESERVE DISABLE ON SLAVE COMMENT 'it''s' DO SELECT 1`,
      "SET time_zone = '+05:30'",
      "CREATE EVENT `e \"2` ON SCHEDULE EVERY 1 DAY STARTS '2026-03-29 02:30:00' DO SELECT '\\'; ß'",
      "SET time_zone = '+00:00'",
      'CREATE EVENT unbounded ON SCHEDULE EVERY 5 MINUTE DO CALL x.y()',
      "SET timestamp = UNIX_TIMESTAMP('2020-01-01 00:00:00')",
      "CREATE EVENT past_end ON SCHEDULE EVERY 1 DAY STARTS '2020-02-01' ENDS '2020-03-01' DO SELECT 1",
      "CREATE EVENT past_end_kept ON SCHEDULE EVERY 1 DAY STARTS '2020-02-01' ENDS '2020-03-01' ON COMPLETION PRESERVE DO SELECT 1",
      "CREATE EVENT past_once ON SCHEDULE AT '2020-02-01' DO SELECT 1",
      "CREATE EVENT past_once_kept ON SCHEDULE AT '2020-02-01' ON COMPLETION PRESERVE DO SELECT 1",
      'SET timestamp = DEFAULT',
    ],
    { loses: [/past_/], dump: false },
  );
  expect(notes.backup).toEqual(['expired-event events.past_end', 'expired-event events.past_once']);
  expect(notes.fresh).toEqual([
    'event events.past_end was not made again: its time has passed',
    'event events.past_end_kept is disabled now: its time has passed',
    'event events.past_once was not made again: its time has passed',
    'event events.past_once_kept is disabled now: its time has passed',
  ]);
});

test('triggers: several of one moment in their order, with odd names and comments; one that its table no longer fits is named', async () => {
  const moments = [
    'BEFORE INSERT',
    'AFTER INSERT',
    'BEFORE UPDATE',
    'AFTER UPDATE',
    'BEFORE DELETE',
    'AFTER DELETE',
  ];
  const notes = await roundTrip(
    servers,
    ['triggers'],
    [
      'CREATE TABLE t (a INT, b INT)',
      ...moments.flatMap((moment, i) => [
        `CREATE TRIGGER z${i} ${moment} ON t FOR EACH ROW SET @a = 1`,
        `CREATE TRIGGER y${i} ${moment} ON t FOR EACH ROW PRECEDES z${i} SET @a = 'ß;\\'' /* c */ -- x`,
        `CREATE TRIGGER x${i} ${moment} ON t FOR EACH ROW FOLLOWS y${i} BEGIN DECLARE x INT; SET x = 5; END`,
      ]),
      'CREATE TRIGGER `triggers`.`q``r` BEFORE INSERT ON `triggers`.`t` FOR EACH ROW SET NEW.a = 5',
      'CREATE TRIGGER to_nowhere BEFORE INSERT ON t FOR EACH ROW FOLLOWS `q``r` INSERT INTO nowhere VALUES (NEW.b)',
      'CREATE TABLE u (a INT, b INT)',
      'CREATE TRIGGER unfit BEFORE INSERT ON u FOR EACH ROW SET NEW.b = 1',
      'ALTER TABLE u DROP COLUMN b',
    ],
    { loses: [/unfit/], spoil: ['DROP TRIGGER unfit'], dump: false },
  );
  expect(notes.fresh).toEqual([
    'trigger triggers.unfit names a column that its table does not have: not made',
  ]);
});

test('[BS-26] code made under other sql_modes: ANSI_QUOTES, NO_BACKSLASH_ESCAPES, ORACLE with packages', async () => {
  await roundTrip(
    servers,
    ['modes'],
    [
      "CREATE TABLE t (a VARCHAR(20) DEFAULT 'a\\\\b')",
      "SET sql_mode = 'NO_BACKSLASH_ESCAPES'",
      "CREATE PROCEDURE np() SELECT 'a\\b\\' AS x",
      "CREATE VIEW nv AS SELECT 'a\\b\\' AS x, 'it''s' AS y, '\\n' AS z",
      "CREATE TRIGGER nt BEFORE INSERT ON t FOR EACH ROW SET NEW.a = '\\'",
      "CREATE EVENT ne ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' COMMENT 'c\\d''\n' DO SELECT 'COMMENT ''c\\\\d'''",
      "CREATE FUNCTION nf() RETURNS VARCHAR(20) COMMENT 'x\\y' RETURN '\\'",
      `CREATE TABLE n2 (a VARCHAR(20) DEFAULT 'a\\b' COMMENT 'c\\d', b VARCHAR(20) AS (CONCAT(a, '\\')), CHECK (a <> '\\x'), e ENUM('\\','b\\') DEFAULT '\\') COMMENT = 'e\\f'`,
      "INSERT INTO n2 (a, e) VALUES ('\\', '\\')",
      "CREATE TABLE np2 (a VARCHAR(20)) PARTITION BY LIST COLUMNS (a) (PARTITION x VALUES IN ('a\\','b'))",
      "INSERT INTO np2 VALUES ('a\\')",
      "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,IGNORE_SPACE,REAL_AS_FLOAT'",
      `CREATE TABLE "t q" ("a b" VARCHAR(20) DEFAULT '"', "c\`d" INT AS (LENGTH("a b")), r REAL, CHECK ("a b" <> '\\'))`,
      `CREATE VIEW "v q" AS SELECT "a b" || '\\' AS "x y" FROM "t q"`,
      `CREATE PROCEDURE "p q"(IN "x y" INT) SELECT "x y" || '\\'`,
      `CREATE TRIGGER "t r" BEFORE INSERT ON "t q" FOR EACH ROW SET NEW."a b" = '\\' || NEW."a b"`,
      `CREATE EVENT "e q" ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO SELECT '\\' AS "x"`,
      `CREATE FUNCTION "f q"("a b" REAL) RETURNS REAL RETURN "a b"`,
      `CREATE VIEW "v r" AS SELECT "f q"(1) AS x FROM "v q"`,
      "SET sql_mode = 'ORACLE'",
      'CREATE TABLE o (a VARCHAR2(20), n NUMBER(5), c CLOB, r RAW(5))',
      "INSERT INTO o VALUES ('', 1, 'x', 'y')",
      'CREATE PROCEDURE op(a IN OUT o.a%TYPE) AS x INT := 0; BEGIN x := x + 1; END',
      'CREATE FUNCTION f(a INT) RETURN INT AS BEGIN RETURN a; END',
      'CREATE PACKAGE pk AS FUNCTION f1 RETURN INT; PROCEDURE p1(a INT); END',
      'CREATE PACKAGE BODY pk AS x INT := 5; FUNCTION f1 RETURN INT AS BEGIN RETURN x; END; PROCEDURE p1(a INT) AS BEGIN x := a; END; BEGIN x := 6; END',
      'CREATE PACKAGE no_body AS FUNCTION f1 RETURN INT; END',
      "CREATE VIEW ov AS SELECT a || 'x' || f(1) AS b FROM o",
      "CREATE TRIGGER otr BEFORE INSERT ON o FOR EACH ROW BEGIN :NEW.a := :NEW.a || 'x'; END",
      ...SESSION,
      'CREATE USER pku@localhost',
      "SET sql_mode = 'ORACLE'",
      'GRANT EXECUTE ON PACKAGE modes.pk TO pku@localhost',
      'GRANT EXECUTE ON PACKAGE BODY modes.pk TO pku@localhost',
      'GRANT EXECUTE, ALTER ROUTINE ON PROCEDURE modes.op TO pku@localhost WITH GRANT OPTION',
    ],
  );
});

test('routines with parameters of every kind, other collations, handlers and comments', async () => {
  await roundTrip(
    servers,
    ['routines'],
    [
      `CREATE PROCEDURE p(IN \`a b\` ENUM('ä','ö') CHARACTER SET latin1, INOUT c DECIMAL(10,5), OUT d SET('x','y')) LANGUAGE SQL
         NOT DETERMINISTIC NO SQL SQL SECURITY INVOKER COMMENT 'a\\nb''\\\\' BEGIN SELECT 1; END`,
      'CREATE FUNCTION `f``1`(x TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin) RETURNS LONGTEXT CHARACTER SET utf8mb4 DETERMINISTIC READS SQL DATA RETURN x',
      'SET collation_connection = utf8mb4_unicode_ci',
      "CREATE PROCEDURE q() SELECT 'x' = 'X' /* ß😀 */",
      'CREATE PROCEDURE r() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN END; FOR i IN 1..5 DO SELECT i; END FOR; END',
      "ALTER DATABASE COMMENT 'was für ein ''Haus'' \\\\'",
    ],
  );
});

test('grants on tables, columns, views, sequences and routines, by patterns, through roles', async () => {
  await roundTrip(
    servers,
    ['gr1', 'gr_2'],
    [
      'CREATE TABLE gr1.t (a INT, `b c` INT)',
      'CREATE TABLE gr_2.t (a INT)',
      'CREATE PROCEDURE gr1.p() SELECT 1',
      'CREATE FUNCTION gr1.f() RETURNS INT RETURN 1',
      'CREATE SEQUENCE gr1.s',
      'CREATE VIEW gr1.v AS SELECT a FROM gr1.t',
      "CREATE USER g1@localhost IDENTIFIED BY 'x'",
      "CREATE USER 'g 2'@'%' IDENTIFIED VIA mysql_native_password USING '*6BB4837EB74329105EE4568DDA7DC67ED2CA2AD9' OR unix_socket ACCOUNT LOCK",
      'GRANT SELECT (a, `b c`), INSERT (a) ON gr1.t TO g1@localhost',
      'GRANT SELECT, DROP ON gr1.v TO g1@localhost WITH GRANT OPTION',
      'GRANT SELECT, INSERT ON gr1.s TO g1@localhost',
      'GRANT EXECUTE ON PROCEDURE gr1.p TO g1@localhost',
      "GRANT EXECUTE, ALTER ROUTINE ON FUNCTION gr1.f TO 'g 2'@'%' WITH GRANT OPTION",
      'GRANT SELECT ON `gr_2`.* TO g1@localhost',
      'GRANT INSERT ON `gr\\_2`.* TO g1@localhost',
      "GRANT UPDATE ON `gr%`.* TO 'g 2'@'%'",
      "GRANT DELETE ON `g__`.* TO 'g 2'@'%'",
      'CREATE ROLE r1',
      'CREATE ROLE `r 2`',
      'GRANT SELECT (a) ON gr_2.t TO r1',
      'GRANT EXECUTE ON FUNCTION gr1.f TO r1',
      'GRANT r1 TO `r 2`',
      "GRANT `r 2` TO 'g 2'@'%'",
      "SET DEFAULT ROLE `r 2` FOR 'g 2'@'%'",
    ],
  );
});

test('[BS-01] names of databases, tables and columns that mean something elsewhere', async () => {
  const names = ['a/b', '..', 'A/b', 'a.b', `q'"x`, 'select', '%', '100%s', 'x\ty', 'lb_x_1'];
  await roundTrip(
    servers,
    names,
    [
      'CREATE TABLE t (a INT PRIMARY KEY)',
      'INSERT INTO t VALUES (1)',
      'CREATE TABLE `..`.t (a INT PRIMARY KEY, FOREIGN KEY (a) REFERENCES `a/b`.t (a))',
      'INSERT INTO `..`.t VALUES (1)',
      'CREATE TABLE `A/b`.t (a INT)',
      'CREATE VIEW `a.b`.v AS SELECT a FROM `a/b`.t',
      `CREATE PROCEDURE \`q'"x\`.p() SELECT 1`,
      'CREATE TABLE `%`.t (a INT)',
      'CREATE SEQUENCE `select`.s',
      'CREATE TABLE `x\ty`.t (a INT DEFAULT NEXTVAL(`select`.s))',
      'CREATE TABLE `a/b.c` (`x.y` INT)',
      'INSERT INTO `a/b.c` VALUES (1)',
      'CREATE TABLE `..` (a INT)',
      'CREATE TABLE `con` (a INT)',
      'CREATE TABLE `%s%d%n` (`%` INT, `\'` INT, `"` INT, `;` INT, ` lead` INT, `#` INT, `--` INT, `/*` INT, `:a` INT, `?` INT, `@x` INT, `\\` INT)',
      'INSERT INTO `%s%d%n` VALUES (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)',
      'CREATE TABLE `T` (a INT)',
      'INSERT INTO T VALUES (2)',
      'CREATE TABLE `#sql-x` (a INT)',
      'CREATE TABLE `tab\tnew\nline` (a INT, `c\nd` INT)',
      'INSERT INTO `tab\tnew\nline` VALUES (1, 2)',
      'CREATE TABLE `é` (a INT)',
      'CREATE TABLE `e\u0301` (a INT)',
      'CREATE VIEW `v "x\' \\` AS SELECT `%`, `\\` FROM `%s%d%n`',
      'CREATE PROCEDURE `p ; \'"`() SELECT 1',
      'CREATE TABLE `select` (`from` INT PRIMARY KEY, `where` INT, KEY `order` (`where`))',
      'INSERT INTO `select` VALUES (1, 2)',
    ],
    // It writes names into its own text unquoted.
    { dump: false },
  );
});
