import { expect, test } from 'vitest';
import { parseTableDdl } from '#sources/mariadb/table-ddl.ts';
import {
  disabledEvent,
  orReplace,
  requireCreate,
  withoutDefiner,
  withoutTriggerDatabase,
} from '#sources/mariadb/target/objects/object-ddl.ts';
import { renameDatabases } from '#sources/mariadb/target/staging/rename-databases.ts';
import { stagedTable } from '#sources/mariadb/target/staging/staged-table.ts';
import { quotingOf, tokens } from '#sources/mariadb/tokens.ts';

const DDL = `CREATE TABLE \`t, (a\` (
  \`id\` int(11) NOT NULL AUTO_INCREMENT COMMENT 'KEY \`x\` (\`y\`), it''s \\'KEY\\'',
  \`n\` int(11) NOT NULL DEFAULT nextval(\`ac\`.\`sq\`) COMMENT 'n',
  \`m\` int(11) DEFAULT (nextval(\`ac\`.\`sq\`) * 2) CHECK (\`m\` > 0),
  \`k\` varchar(9) DEFAULT 'nextval(1)',
  PRIMARY KEY (\`id\`),
  UNIQUE KEY \`u\` (\`n\`,\`m\`),
  KEY \`by,k\` (\`k\`(3)) COMMENT 'REFERENCES \`ac\`.\`x\`',
  FULLTEXT KEY \`f\` (\`k\`),
  CONSTRAINT \`own\` FOREIGN KEY (\`n\`) REFERENCES \`p\` (\`id\`) ON DELETE CASCADE,
  CONSTRAINT \`set\` FOREIGN KEY (\`n\`, \`m\`) REFERENCES \`ta\`.\`p\` (\`a\`, \`b\`),
  CONSTRAINT \`out\` FOREIGN KEY (\`m\`) REFERENCES \`other\`.\`p\` (\`id\`),
  CONSTRAINT \`c\` CHECK (\`n\` <> 5)
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COMMENT='PRIMARY KEY ('
 PARTITION BY HASH (\`id\`)`;

const staging: Record<string, string> = { ac: 'lb_1', ta: 'lb_2' };
const place = { database: 'ac', staging: 'lb_1', stagingOf: (name: string) => staging[name] };

test('tokens keep every character and know texts, names and comments', () => {
  const sql =
    "SELECT `a``b`, 'it''s \\' x', \"text\" -- comment ' `\n# another '\n/* ' */ /*!50100 x */ @v:=1.5;";
  expect(
    tokens(sql)
      .map((token) => token.text)
      .join(''),
  ).toBe(sql);
  expect(
    tokens(sql)
      .filter((token) => token.kind === 'text')
      .map((token) => token.value),
  ).toEqual(["it''s \\' x", 'text']);
  expect(
    tokens(sql)
      .filter((token) => token.kind === 'name')
      .map((token) => token.value),
  ).toEqual(['a`b']);
  expect(
    tokens(sql)
      .filter((token) => token.kind === 'word')
      .map((token) => token.value),
  ).toContain('x');
});

test('sql_mode decides what quotes and backslashes mean', () => {
  const oracle = tokens('CREATE PACKAGE "p" AS', quotingOf('PIPES_AS_CONCAT,ORACLE'));
  expect(oracle.find((token) => token.kind === 'name')?.value).toBe('p');
  const plain = tokens("SELECT 'a\\', b", quotingOf('NO_BACKSLASH_ESCAPES'));
  expect(plain.find((token) => token.kind === 'text')?.value).toBe('a\\');
  expect(() => tokens("SELECT 'a\\', b")).toThrow(/quote without an end/);
});

test('a table is built with what its rows need, the rest follows', () => {
  const staged = stagedTable({ name: 't, (a', engine: 'InnoDB', ddl: DDL }, place);
  expect(staged.create).toBe(`CREATE TABLE \`lb_1\`.\`t, (a\` (
  \`id\` int(11) NOT NULL AUTO_INCREMENT COMMENT 'KEY \`x\` (\`y\`), it''s \\'KEY\\'',
  \`n\` int(11) NOT NULL  COMMENT 'n',
  \`m\` int(11)  CHECK (\`m\` > 0),
  \`k\` varchar(9) DEFAULT 'nextval(1)',
  PRIMARY KEY (\`id\`),
  CONSTRAINT \`c\` CHECK (\`n\` <> 5)
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COMMENT='PRIMARY KEY ('
 PARTITION BY HASH (\`id\`)`);
  expect(staged.indexes).toEqual([
    'ADD UNIQUE KEY `u` (`n`,`m`)',
    "ADD KEY `by,k` (`k`(3)) COMMENT 'REFERENCES `ac`.`x`'",
    'ADD FULLTEXT KEY `f` (`k`)',
  ]);
  const { inside, outside } = staged.foreignKeys;
  expect({
    inside: inside.map(({ inStaging }) => inStaging),
    outside: outside.map(({ inLive }) => inLive),
  }).toEqual({
    inside: [
      'ADD CONSTRAINT `own` FOREIGN KEY (`n`) REFERENCES `lb_1`.`p` (`id`) ON DELETE CASCADE',
      'ADD CONSTRAINT `set` FOREIGN KEY (`n`, `m`) REFERENCES `lb_2`.`p` (`a`, `b`)',
    ],
    outside: ['ADD CONSTRAINT `out` FOREIGN KEY (`m`) REFERENCES `other`.`p` (`id`)'],
  });
  expect(staged.sequenceDefaults).toEqual([
    { column: 'n', clause: 'ALTER COLUMN `n` SET DEFAULT nextval(`ac`.`sq`)' },
    { column: 'm', clause: 'ALTER COLUMN `m` SET DEFAULT (nextval(`ac`.`sq`) * 2)' },
  ]);
});

test.each([
  [
    'the key of AUTO_INCREMENT and those before it',
    'KEY `a` (`x`), KEY `b` (`id`), KEY `c` (`x`)',
    'InnoDB',
    1,
  ],
  [
    'every UNIQUE key where there is no primary key',
    'UNIQUE KEY `a` (`x`), UNIQUE KEY `b` (`id`), KEY `c` (`x`)',
    'InnoDB',
    1,
  ],
  [
    'a key that is a check',
    'PRIMARY KEY (`id`), UNIQUE KEY `h` (`x`) USING HASH, KEY `c` (`x`)',
    'InnoDB',
    1,
  ],
  [
    'nothing else than the primary key',
    'PRIMARY KEY (`id`), UNIQUE KEY `h` (`x`), KEY `c` (`x`)',
    'InnoDB',
    2,
  ],
  ['all keys of an engine that fills them while loading', 'PRIMARY KEY (`id`), KEY `c` (`x`)', 'MyISAM', 0],
])('of the keys stay with the table: %s', (_, keys, engine, deferred) => {
  const ddl = `CREATE TABLE \`t\` (\`id\` int AUTO_INCREMENT, \`x\` int, ${keys}) ENGINE=${engine}`;
  const staged = stagedTable({ name: 't', engine, ddl }, place);
  expect(staged.indexes).toHaveLength(deferred);
});

test('what is no CREATE TABLE, or has no end, is refused', () => {
  expect(() => parseTableDdl('DROP TABLE `t` (a)')).toThrow(/no CREATE TABLE/);
  expect(() => parseTableDdl('CREATE TABLE `t` (`a` int')).toThrow(/no end/);
});

test('only databases are renamed in a view, not aliases, columns or texts of the same name', () => {
  const view =
    "CREATE VIEW `v` AS select `ta`.`id` AS `ta`,`ac`.`door`.`id` AS `x`,`ac`.`f`(1) AS `y`,'`ac`.`door`' AS `z` from ((`ac`.`door` join `ta`.`shift` `ac` on(`ac`.`id` = `ta`.`shift`.`id`)) join `d` `ta`)";
  expect(renameDatabases(view, place.stagingOf)).toBe(
    "CREATE VIEW `v` AS select `ta`.`id` AS `ta`,`lb_1`.`door`.`id` AS `x`,`lb_1`.`f`(1) AS `y`,'`ac`.`door`' AS `z` from ((`lb_1`.`door` join `lb_2`.`shift` `ac` on(`ac`.`id` = `lb_2`.`shift`.`id`)) join `d` `ta`)",
  );
});

test('an event is staged disabled, whatever its body says', () => {
  const event = (status: string) =>
    `CREATE DEFINER=\`a\`@\`b\` EVENT \`ENABLE\` ON SCHEDULE EVERY 1 DAY ON COMPLETION NOT PRESERVE ${status}COMMENT 'ENABLE DO' DO SET @ENABLE = 1`;
  const disabled = event('DISABLE ');
  expect(disabledEvent(event('ENABLE '), '')).toBe(disabled);
  expect(disabledEvent(event('DISABLE ON SLAVE '), '')).toBe(disabled);
  expect(disabledEvent(event('DISABLE '), '')).toBe(disabled);
});

test('a trigger loses the name of its database in its head only', () => {
  const ddl =
    'CREATE DEFINER=`a`@`b` TRIGGER ac.`t``x` BEFORE INSERT ON `ac` . door FOR EACH ROW INSERT INTO ac.log VALUES (1)';
  expect(withoutTriggerDatabase(ddl, '')).toBe(
    'CREATE DEFINER=`a`@`b` TRIGGER `t``x` BEFORE INSERT ON   door FOR EACH ROW INSERT INTO ac.log VALUES (1)',
  );
});

test.each([
  ['CREATE DEFINER=`x`@`y` PROCEDURE `p`() DROP DATABASE a', 'PROCEDURE', 'p', true],
  ['CREATE DEFINER="x"@"y" PACKAGE BODY "p" AS END', 'PACKAGE BODY', 'p', true],
  ['CREATE ALGORITHM=MERGE DEFINER=`x`@`y` SQL SECURITY INVOKER VIEW `v` AS SELECT 1', 'VIEW', 'v', true],
  ["CREATE USER `u`@`%` IDENTIFIED BY PASSWORD '*1'", 'USER', 'u', true],
  ['DROP TABLE `t`', 'TABLE', 't', false],
  ['CREATE DATABASE `t`', 'TABLE', 't', false],
  ['CREATE /* TABLE `t` */ DATABASE `t`', 'TABLE', 't', false],
  ['CREATE TABLE `other`', 'TABLE', 't', false],
  ['GRANT ALL ON *.* TO `u`', 'USER', 'u', false],
])('a statement of the archive is run only if it is what it should be: %s', (ddl, kind, name, good) => {
  const check = () => requireCreate(ddl, kind, name, 'ORACLE');
  if (good) expect(check).not.toThrow();
  else expect(check).toThrow(/does not create/);
});

test('a definition without its definer, and CREATE OR REPLACE, whatever quotes', () => {
  expect(withoutDefiner('CREATE DEFINER=`a``b`@`%` FUNCTION `f`() RETURNS int RETURN 1', '')).toMatch(
    /^CREATE +FUNCTION `f`\(\) RETURNS int RETURN 1$/,
  );
  expect(withoutDefiner('CREATE DEFINER="r" PROCEDURE "DEFINER=x"()', 'ORACLE')).toMatch(
    /^CREATE +PROCEDURE "DEFINER=x"\(\)$/,
  );
  expect(withoutDefiner('CREATE VIEW `v` AS select `DEFINER` = 1', '')).toBe(
    'CREATE VIEW `v` AS select `DEFINER` = 1',
  );
  expect(orReplace('CREATE ALGORITHM=MERGE VIEW `CREATE` AS select 1', '')).toBe(
    'CREATE OR REPLACE ALGORITHM=MERGE VIEW `CREATE` AS select 1',
  );
});

test('an ARCHIVE table is made without its AUTO_INCREMENT if it has rows', () => {
  const ddl =
    "CREATE TABLE `t` (\n  `a` int(11) NOT NULL AUTO_INCREMENT COMMENT 'x AUTO_INCREMENT=3',\n  PRIMARY KEY (`a`)\n) ENGINE=ARCHIVE AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COMMENT=' AUTO_INCREMENT=5'";
  const made = (rows: number) => stagedTable({ name: 't', engine: 'ARCHIVE', ddl, rows }, place).create;
  expect(made(2)).toContain("ENGINE=ARCHIVE DEFAULT CHARSET=utf8mb4 COMMENT=' AUTO_INCREMENT=5'");
  expect(made(2)).toContain("'x AUTO_INCREMENT=3'");
  expect(made(0)).toContain('ENGINE=ARCHIVE AUTO_INCREMENT=7');
});

test('a hidden column keeps a default while that of its sequence is not there', () => {
  const ddl =
    'CREATE TABLE `t` (\n  `a` int(11) NOT NULL DEFAULT nextval(`ac`.`s`) INVISIBLE,\n  `b` int(11)\n) ENGINE=InnoDB';
  expect(stagedTable({ name: 't', engine: 'InnoDB', ddl }, place).create).toContain(
    '`a` int(11) NOT NULL DEFAULT 0 INVISIBLE',
  );
});
