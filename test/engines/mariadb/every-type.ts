/**
 * Schemas that hold whatever MariaDB 10.11 knows, for the dump's and the restore's tests. Each function gives
 * statements to be run in order on one connection; the first sets the session. Names are made to hurt.
 */

const SESSION = ['SET NAMES utf8mb4', `SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00'`];

/** 60 letters, with a percent, a quote, spaces and a letter beyond ASCII. */
export const LONG_DATABASE = `Gebäude 100% 'A' ${'x'.repeat(43)}`;

/** Name with everything that an identifier may hold. */
const UGLY_TABLE = 'a `b` "c" \'d\' 50% ü 漢 \\ ?';

const ALL_BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')).join('');

/** A table for each family of column types, with its edges. */
export function everyType(database: string): string[] {
  const db = quote(database);
  return [
    ...SESSION,
    `CREATE DATABASE ${db} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
    `USE ${db}`,
    ...integers(),
    ...numbers(),
    ...bits(),
    ...texts(),
    ...labels(),
    ...times(),
    ...special(),
    ...charsets(),
    ...generated(),
    ...names(),
    ...keys(),
    ...engines(),
    ...partitions(),
    ...history(),
  ];
}

function integers(): string[] {
  const types = ['TINYINT', 'SMALLINT', 'MEDIUMINT', 'INT', 'BIGINT'];
  const bitsOf = [8n, 16n, 24n, 32n, 64n];
  const columns = types.flatMap((type, i) => [
    `s${i} ${type}`,
    `u${i} ${type} UNSIGNED`,
    `z${i} ${type} ZEROFILL`,
  ]);
  const edge = (pick: 'low' | 'high') =>
    bitsOf
      .flatMap((width) => {
        const half = 1n << (width - 1n);
        const full = (1n << width) - 1n;
        return pick === 'low' ? [-half, 0n, 0n] : [half - 1n, full, full];
      })
      .join(', ');
  return [
    `CREATE TABLE integers (id INT AUTO_INCREMENT PRIMARY KEY, ${columns.join(', ')}, flag BOOLEAN)`,
    `INSERT INTO integers VALUES (0, ${edge('low')}, false), (-5, ${edge('high')}, true)`,
    `INSERT INTO integers (id) VALUES (17)`,
    `CREATE TABLE big_ids (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 9223372036854775900`,
    `INSERT INTO big_ids VALUES (0), (18446744073709551000)`,
  ];
}

function numbers(): string[] {
  const nines = `${'9'.repeat(35)}.${'9'.repeat(30)}`;
  return [
    `CREATE TABLE numbers (id INT PRIMARY KEY, d DECIMAL(65,30), d0 DECIMAL(10,0) UNSIGNED ZEROFILL, f FLOAT,
       fd FLOAT(9,4), g DOUBLE, gd DOUBLE(20,6), gu DOUBLE UNSIGNED)`,
    `INSERT INTO numbers VALUES
       (1, ${nines}, 42, 16777217, 12345.6789, 1.7976931348623157e308, 12345678901234.123456, 0.1),
       (2, -${nines}, 0, 3.4028235e38, -0.0001, 2.2250738585072014e-308, -0.000001, 1e-300),
       (3, 0.000000000000000000000000000001, 1, 1.17549435e-38, 0, 4.9406564584124654e-324, 0, 0.30000000000000004),
       (4, NULL, NULL, 0.1, NULL, -0.0, NULL, NULL), (5, 1, 1, 8388609.5, 1, 123456789.123456789, 1, 1)`,
  ];
}

function bits(): string[] {
  const widths = [1, 7, 8, 9, 16, 31, 32, 33, 63, 64];
  return [
    `CREATE TABLE bits (id INT PRIMARY KEY, ${widths.map((n) => `b${n} BIT(${n})`).join(', ')})`,
    `INSERT INTO bits VALUES (1, ${widths.map((n) => `b'${'1'.repeat(n)}'`).join(', ')}),
       (2, ${widths.map(() => `b'0'`).join(', ')}), (3, ${widths.map(() => 'NULL').join(', ')}),
       (4, ${widths.map((n) => `b'1${'0'.repeat(n - 1)}'`).join(', ')}), (5, ${widths.map((n) => (n > 7 ? 0x5c : 1)).join(', ')})`,
  ];
}

/** All sizes of text and blob; blobs with every byte, texts with what LOAD DATA could take for its own marks. */
function texts(): string[] {
  const text = `CONCAT('tab\\t newline\\n cr\\r nul\\0 backslash\\\\ \\\\N quote\\' " ', 'ü漢😀', CHAR(26))`;
  return [
    `CREATE TABLE texts (id INT PRIMARY KEY, c CHAR(120), v VARCHAR(500), tt TINYTEXT, t TEXT, mt MEDIUMTEXT,
       lt LONGTEXT, cb BINARY(255), v1 VARBINARY(1000), tb TINYBLOB, b BLOB, mb MEDIUMBLOB, lb LONGBLOB,
       comp VARCHAR(2000) COMPRESSED, j JSON)`,
    `INSERT INTO texts VALUES (1, ${text}, ${text}, ${text}, ${text}, REPEAT(${text}, 1000), REPEAT(${text}, 9999),
       x'${ALL_BYTES.slice(2)}', x'${ALL_BYTES}', x'${ALL_BYTES.slice(0, 510)}', x'${ALL_BYTES}',
       REPEAT(x'${ALL_BYTES}', 300), REPEAT(x'${ALL_BYTES}', 2000), REPEAT('compress me ', 100),
       '{"a": [1, 2.50, null, "ü\\\\n"], "b":{}}')`,
    `INSERT INTO texts VALUES (2, '', '', '', '', '', '', '', '', '', '', '', '', '', '[]')`,
    `INSERT INTO texts (id) VALUES (3)`,
    `CREATE TABLE binary_defaults (id INT, b BINARY(4) DEFAULT x'00ff5c27', v VARBINARY(9) DEFAULT x'c328fe',
       n BLOB DEFAULT x'ff', e ENUM('ä', 'b') DEFAULT 'ä', t TEXT DEFAULT 'it''s \\\\ ß') COMMENT 'replaced: �'`,
    `INSERT INTO binary_defaults (id) VALUES (1)`,
    `INSERT INTO texts (id, v, t, v1) VALUES (4, '\\\\N', 'NULL', x'5c4e'), (5, '  spaces  ', '\\n', x'0a')`,
  ];
}

function labels(): string[] {
  const members = Array.from({ length: 64 }, (_, i) => (i === 5 ? 'fünf' : `m${i}`));
  return [
    `CREATE TABLE labels (id INT PRIMARY KEY, e ENUM('2','1','0','','ä','it''s','a,b') NOT NULL, en ENUM('x','y'),
       s SET(${members.map((m) => `'${m}'`).join(',')}), sn SET('1','2','ö','4') NOT NULL DEFAULT 'ö,1')`,
    `INSERT INTO labels VALUES (1, '2', 'x', 'm0', '1'), (2, '1', NULL, '${members.join(',')}', '1,2,ö,4'),
       (3, '0', 'y', '', ''), (4, '', 'x', NULL, '4'), (5, 'ä', 'y', 'm63,fünf', '2'), (6, 'it''s', 'x', 'm63', 'ö'),
       (7, 'a,b', 'y', 'm62', '')`,
  ];
}

function times(): string[] {
  return [
    `CREATE TABLE times (id INT PRIMARY KEY, d DATE, t TIME, t6 TIME(6), dt DATETIME, dt3 DATETIME(3),
       dt6 DATETIME(6), ts TIMESTAMP NULL, ts6 TIMESTAMP(6) NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
       y YEAR, y4 YEAR(4) NOT NULL DEFAULT 1901)`,
    `INSERT INTO times VALUES
       (1, '0000-00-00', '00:00:00', '00:00:00', '0000-00-00', '0000-00-00', '0000-00-00 00:00:00.000000', 0, 0, 0, 0),
       (2, '9999-12-31', '838:59:59', '838:59:59.999999', '9999-12-31 23:59:59', '9999-12-31 23:59:59.999',
         '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07', '2038-01-19 03:14:07.999999', 2155, 1901),
       (3, '1000-01-01', '-838:59:59', '-838:59:59.999999', '2024-02-29 12:00:00', '2026-03-29 02:30:00.5',
         '2026-10-25 02:30:00.000001', '1970-01-01 00:00:01', '2026-10-25 00:30:00.5', NULL, 2026),
       (4, '2026-00-00', '-00:00:01', '-00:00:00.000001', '2026-05-00 00:00:00', NULL, NULL, NULL, NULL, 1999, 2000)`,
  ];
}

function special(): string[] {
  return [
    `CREATE TABLE addresses (id INT PRIMARY KEY, u UUID, u2 UUID NOT NULL DEFAULT UUID(), i4 INET4, i6 INET6)`,
    `INSERT INTO addresses VALUES
       (1, '123e4567-e89b-12d3-a456-426655440000', 'ffffffff-ffff-ffff-ffff-fffffffffffe', '255.255.255.255', '::'),
       (2, NULL, '5c5c0a09-0000-1000-8000-00000a095c00', '0.0.0.0', '2001:db8::ff00:42:8329'),
       (3, '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000001', NULL, '::ffff:192.0.2.128')`,
    `CREATE TABLE uuid_keys (u UUID PRIMARY KEY, n INT)`,
    `INSERT INTO uuid_keys SELECT CONCAT(LPAD(HEX(seq * 7919 % 256), 8, '5'), '-0000-1000-8000-', LPAD(HEX(seq), 12, '0')), seq FROM seq_1_to_50`,
    `CREATE TABLE places (id INT PRIMARY KEY, g GEOMETRY, p POINT NOT NULL, l LINESTRING, o POLYGON, mp MULTIPOINT,
       ml MULTILINESTRING, mo MULTIPOLYGON, gc GEOMETRYCOLLECTION, SPATIAL INDEX (p))`,
    `INSERT INTO places VALUES (1, ST_GeomFromText('POINT(1 2)', 4326), ST_GeomFromText('POINT(9.5 92.25)'),
       ST_GeomFromText('LINESTRING(0 0,1 1,2 2)'), ST_GeomFromText('POLYGON((0 0,10 0,10 10,0 10,0 0))'),
       ST_GeomFromText('MULTIPOINT(1 1,2 2)'), ST_GeomFromText('MULTILINESTRING((0 0,1 1),(2 2,3 3))'),
       ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))'),
       ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))')),
       (2, NULL, ST_GeomFromText('POINT(0 0)'), NULL, NULL, NULL, NULL, NULL, NULL)`,
  ];
}

function charsets(): string[] {
  const columns: [string, string, string][] = [
    ['utf8mb4', 'utf8mb4_bin', '漢字😀ß'],
    ['utf8mb3', 'utf8mb3_general_ci', 'ßäé漢'],
    ['latin1', 'latin1_german2_ci', 'ßäé€'],
    ['latin2', 'latin2_general_ci', 'łžő'],
    ['cp1251', 'cp1251_general_ci', 'Привет'],
    ['sjis', 'sjis_japanese_ci', '表ソ能'],
    ['gbk', 'gbk_chinese_ci', '汉字誠'],
    ['big5', 'big5_chinese_ci', '許功蓋'],
    ['euckr', 'euckr_korean_ci', '한국'],
    ['ucs2', 'ucs2_general_ci', '漢字\\\\'],
    ['utf16', 'utf16_unicode_ci', '漢字😀'],
    ['utf16le', 'utf16le_general_ci', 'ĊŜ'],
    ['utf32', 'utf32_general_ci', '😀\\t'],
    ['ascii', 'ascii_bin', 'plain'],
    ['binary', '', 'raw'],
  ];
  const definition = columns.map(([charset, collation], i) =>
    charset === 'binary'
      ? `c${i} VARBINARY(40)`
      : `c${i} VARCHAR(40) CHARACTER SET ${charset} COLLATE ${collation}`,
  );
  return [
    `CREATE TABLE charsets (id INT PRIMARY KEY, ${definition.join(', ')}) CHARACTER SET latin1`,
    `INSERT INTO charsets VALUES (1, ${columns.map(([, , text]) => `'${text}'`).join(', ')}),
       (2, ${columns.map(() => `''`).join(', ')})`,
    `CREATE TABLE \`größe\` (\`länge\` INT NOT NULL DEFAULT 1 COMMENT 'in Fuß, nicht ''Meter''',
       \`name\` VARCHAR(50) CHARACTER SET latin1 DEFAULT 'Straße \\\\ ?', t VARCHAR(20) DEFAULT '漢字😀',
       CHECK (\`name\` <> 'ß')) COMMENT 'Tabelle für Größen: 漢字'`,
    `INSERT INTO \`größe\` VALUES (7, 'Größe', 'ß'), (DEFAULT, DEFAULT, DEFAULT)`,
  ];
}

function generated(): string[] {
  return [
    `CREATE TABLE generated (id INT PRIMARY KEY, a INT, b INT INVISIBLE DEFAULT 5, v INT AS (a * 2) VIRTUAL,
       s INT AS (a + b) STORED, ms VARCHAR(20) AS (CONCAT('<', a, '>')) PERSISTENT, hidden VARCHAR(9) INVISIBLE,
       KEY (v), KEY (s), KEY by_ms (ms))`,
    `INSERT INTO generated (id, a, b, hidden) VALUES (1, 10, 1, 'x'), (2, NULL, 2, NULL), (3, -1, 3, 'z')`,
    `CREATE SEQUENCE numbering START WITH 1000 MINVALUE -5 MAXVALUE 99999 INCREMENT BY 7 CACHE 20 CYCLE`,
    `CREATE SEQUENCE \`fresh one\` NOCACHE`,
    `SELECT NEXTVAL(numbering), NEXTVAL(numbering), NEXTVAL(numbering)`,
    `CREATE TABLE numbered (id INT NOT NULL DEFAULT NEXTVAL(numbering), n INT DEFAULT (1 + 2), PRIMARY KEY (id))`,
    `INSERT INTO numbered (n) VALUES (1), (2)`,
  ];
}

function names(): string[] {
  const ugly = quote(UGLY_TABLE);
  return [
    `CREATE TABLE ${ugly} (${quote('co `l` "u" \'m\' 100%n ü \\')} INT PRIMARY KEY, ${quote('select')} VARCHAR(9), ${quote('漢')} INT)`,
    `INSERT INTO ${ugly} VALUES (1, 'a', 2), (2, NULL, NULL)`,
    `CREATE TABLE empty_one (id INT AUTO_INCREMENT PRIMARY KEY, x TEXT) AUTO_INCREMENT = 1234`,
    `CREATE TABLE \`${'n'.repeat(64)}\` (\`${'c'.repeat(64)}\` INT)`,
    `CREATE TABLE \`Case\` (x INT)`,
    `INSERT INTO \`Case\` VALUES (3), (1), (2), (1)`,
    `CREATE TABLE Only_Invisible (a INT, b INT INVISIBLE)`,
    `INSERT INTO Only_Invisible (a, b) VALUES (1, 2)`,
  ];
}

/** Every way a table's order can be defined, or not. */
function keys(): string[] {
  return [
    `CREATE TABLE no_key (a INT, b VARCHAR(20), KEY covering (b, a), KEY (a))`,
    `INSERT INTO no_key SELECT 97 * seq % 101, CONCAT('r', 31 * seq % 103) FROM seq_1_to_300`,
    `CREATE TABLE two_keys (a INT, b VARCHAR(20) NOT NULL, c DATETIME, PRIMARY KEY (b, a), KEY covering (c, b, a))`,
    `INSERT INTO two_keys SELECT seq % 7, CONCAT('K', seq % 13, 'ß'), '2026-01-01' + INTERVAL 61 * seq % 59 DAY FROM seq_1_to_91`,
    `CREATE TABLE prefix_key (t TEXT NOT NULL, n INT, PRIMARY KEY (t(10)))`,
    `INSERT INTO prefix_key VALUES ('zebra', 1), ('aardvark with a long tail', 2), ('Mango', 3)`,
    `CREATE TABLE unique_only (a INT NOT NULL, b INT, UNIQUE (a))`,
    `INSERT INTO unique_only VALUES (3, 1), (1, 2), (2, 3)`,
    `CREATE TABLE parent (id INT PRIMARY KEY, n VARCHAR(9))`,
    `CREATE TABLE child (id INT PRIMARY KEY, parent INT, self INT,
       CONSTRAINT \`to parent\` FOREIGN KEY (parent) REFERENCES parent (id) ON DELETE CASCADE ON UPDATE SET NULL,
       FOREIGN KEY (self) REFERENCES child (id))`,
    `INSERT INTO parent VALUES (1, 'a'), (2, 'b')`,
    `INSERT INTO child VALUES (1, 1, NULL), (2, 2, 1), (3, NULL, 3)`,
    `CREATE TABLE words (id INT PRIMARY KEY, t TEXT, FULLTEXT KEY (t)) ENGINE = InnoDB`,
    `INSERT INTO words VALUES (1, 'lifeboat on the sea'), (2, 'harbour')`,
    `CREATE TABLE periods (id INT, a DATE, b DATE, PERIOD FOR life (a, b), UNIQUE (id, life WITHOUT OVERLAPS))`,
    `INSERT INTO periods VALUES (1, '2020-01-01', '2021-01-01'), (1, '2021-01-01', '2022-01-01')`,
  ];
}

function engines(): string[] {
  return [
    `CREATE TABLE in_myisam (id INT AUTO_INCREMENT PRIMARY KEY, t VARCHAR(50), b BLOB, KEY (t)) ENGINE = MyISAM`,
    `INSERT INTO in_myisam (t, b) SELECT CONCAT('t', 97 * seq % 101), REPEAT(x'00ff5c0a09', seq) FROM seq_1_to_200`,
    `DELETE FROM in_myisam WHERE id % 3 = 0`,
    `INSERT INTO in_myisam (t) VALUES ('in the hole')`,
    `CREATE TABLE in_aria (a INT, t TEXT) ENGINE = Aria TRANSACTIONAL = 1`,
    `INSERT INTO in_aria SELECT seq, REPEAT('aria', seq % 50) FROM seq_1_to_200`,
    `CREATE TABLE in_aria_plain (a INT, t TEXT) ENGINE = Aria TRANSACTIONAL = 0 ROW_FORMAT = DYNAMIC`,
    `INSERT INTO in_aria_plain SELECT seq, REPEAT('x', seq % 50) FROM seq_1_to_20`,
    `CREATE TABLE in_memory (a INT PRIMARY KEY, t VARCHAR(50)) ENGINE = MEMORY`,
    `INSERT INTO in_memory SELECT 1000 - seq, CONCAT('m', seq) FROM seq_1_to_100`,
    `CREATE TABLE in_csv (a INT NOT NULL, t VARCHAR(50) NOT NULL) ENGINE = CSV`,
    `INSERT INTO in_csv VALUES (1, 'comma, "quote"'), (2, ''), (3, 'ß')`,
    `CREATE TABLE merge_a (a INT, KEY (a)) ENGINE = MyISAM`,
    `CREATE TABLE merge_b (a INT, KEY (a)) ENGINE = MyISAM`,
    `CREATE TABLE in_merge (a INT, KEY (a)) ENGINE = MERGE UNION = (merge_a, merge_b) INSERT_METHOD = LAST`,
    `INSERT INTO merge_a VALUES (1), (2)`,
    `INSERT INTO in_merge VALUES (3)`,
  ];
}

function partitions(): string[] {
  return [
    `CREATE TABLE by_range (id INT NOT NULL, d DATE NOT NULL, n INT, PRIMARY KEY (id, d), KEY (n)) PARTITION BY RANGE (YEAR(d))
       (PARTITION old VALUES LESS THAN (2020), PARTITION p2020 VALUES LESS THAN (2021), PARTITION later VALUES LESS THAN MAXVALUE)`,
    `INSERT INTO by_range SELECT 1000 - seq, '2018-01-01' + INTERVAL seq * 37 DAY, seq FROM seq_1_to_100`,
    `CREATE TABLE by_hash (id INT, t VARCHAR(20)) PARTITION BY HASH (id) PARTITIONS 5`,
    `INSERT INTO by_hash SELECT 41 * seq % 97, CONCAT('h', seq) FROM seq_1_to_100`,
    `CREATE TABLE by_list (id INT, k VARCHAR(5)) PARTITION BY LIST COLUMNS (k)
       SUBPARTITION BY HASH (id) SUBPARTITIONS 2 (PARTITION a VALUES IN ('a', 'ß'), PARTITION rest DEFAULT)`,
    `INSERT INTO by_list VALUES (1, 'a'), (2, 'b'), (3, 'a'), (4, NULL)`,
    `CREATE TABLE by_key_myisam (id INT PRIMARY KEY, t VARCHAR(9)) ENGINE = MyISAM PARTITION BY KEY (id) PARTITIONS 3`,
    `INSERT INTO by_key_myisam SELECT seq, CONCAT('k', seq) FROM seq_1_to_30`,
  ];
}

/** System-versioned tables with rows that were changed and deleted. */
function history(): string[] {
  return [
    `CREATE TABLE versioned (id INT PRIMARY KEY, v VARCHAR(20)) WITH SYSTEM VERSIONING`,
    `INSERT INTO versioned VALUES (1, 'one'), (2, 'two'), (3, 'three')`,
    `UPDATE versioned SET v = 'two, changed' WHERE id = 2`,
    `UPDATE versioned SET v = 'two, again' WHERE id = 2`,
    `DELETE FROM versioned WHERE id = 3`,
    `CREATE TABLE versioned_named (a INT, b INT WITHOUT SYSTEM VERSIONING, \`from\` TIMESTAMP(6) GENERATED ALWAYS AS ROW START,
       \`until\` TIMESTAMP(6) GENERATED ALWAYS AS ROW END INVISIBLE, PERIOD FOR SYSTEM_TIME (\`from\`, \`until\`)) WITH SYSTEM VERSIONING`,
    `INSERT INTO versioned_named (a, b) VALUES (1, 1), (2, 2)`,
    `UPDATE versioned_named SET a = a + 10`,
    `DELETE FROM versioned_named WHERE a = 11`,
    `CREATE TABLE versioned_parts (id INT PRIMARY KEY, v INT) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME
       (PARTITION h HISTORY, PARTITION c CURRENT)`,
    `INSERT INTO versioned_parts VALUES (1, 1), (2, 2)`,
    `UPDATE versioned_parts SET v = v * 10`,
  ];
}

/**
 * Views, triggers, routines, events, packages, and what refers from one database to another. `other` is made
 * too. Needs the schema of everyType(database) to be there.
 */
export function everyObject(database: string, other: string): string[] {
  const db = quote(database);
  const second = quote(other);
  return [
    ...SESSION,
    `CREATE DATABASE ${second} CHARACTER SET latin1 COLLATE latin1_german1_ci`,
    `CREATE TABLE ${second}.p (id INT PRIMARY KEY) ENGINE = InnoDB`,
    `INSERT INTO ${second}.p VALUES (1), (2)`,
    `USE ${db}`,
    `CREATE TABLE refers_out (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES ${second}.p (id))`,
    `INSERT INTO refers_out VALUES (1, 1), (2, NULL)`,
    `CREATE TABLE ${second}.refers_back (id INT PRIMARY KEY, c INT, FOREIGN KEY (c) REFERENCES ${db}.parent (id))`,
    `INSERT INTO ${second}.refers_back VALUES (1, 2)`,
    // Views: one on another that sorts after it, one over both databases, one that is invalid.
    `CREATE VIEW z_base AS SELECT id, n FROM parent`,
    `CREATE VIEW a_on_top AS SELECT id, CONCAT(n, 'ß%') AS t FROM z_base WHERE id > 0 WITH CASCADED CHECK OPTION`,
    `CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW \`view "both" ü\` AS SELECT parent.id FROM parent JOIN ${second}.p USING (id)`,
    `CREATE VIEW uses_function AS SELECT id FROM parent`,
    `CREATE TABLE gone (a INT)`,
    `CREATE VIEW broken AS SELECT a FROM gone`,
    `DROP TABLE gone`,
    // Triggers: three on one event, made in an order that their names do not tell.
    `CREATE TABLE trigger_log (n INT AUTO_INCREMENT PRIMARY KEY, t VARCHAR(50))`,
    `CREATE TRIGGER b_second BEFORE INSERT ON parent FOR EACH ROW INSERT INTO trigger_log (t) VALUES (CONCAT('b ', NEW.n, ' ß'))`,
    `CREATE TRIGGER c_third AFTER INSERT ON parent FOR EACH ROW INSERT INTO trigger_log (t) VALUES ('c')`,
    `CREATE TRIGGER a_third BEFORE INSERT ON parent FOR EACH ROW FOLLOWS b_second INSERT INTO trigger_log (t) VALUES ('a; semicolon')`,
    `CREATE TRIGGER z_first BEFORE INSERT ON parent FOR EACH ROW PRECEDES b_second INSERT INTO trigger_log (t) VALUES ('z')`,
    // Routines under different session states.
    `CREATE PROCEDURE \`do it\`(IN a INT, OUT b VARCHAR(50)) COMMENT 'tut was, ß' MODIFIES SQL DATA
       BEGIN DECLARE x INT DEFAULT 1; /* comment */ SET b = CONCAT('ß', a + x, ';'); END`,
    'SET NAMES latin1',
    `CREATE PROCEDURE old_client() SELECT 'plain'`,
    'SET NAMES utf8mb4 COLLATE utf8mb4_bin',
    `CREATE PROCEDURE other_collation() SELECT 'ß' = 'ss'`,
    'SET NAMES utf8mb4',
    `CREATE FUNCTION twice(a INT) RETURNS INT DETERMINISTIC RETURN a * 2`,
    `SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT'`,
    `CREATE FUNCTION ansi(a VARCHAR(20)) RETURNS VARCHAR(60) CHARACTER SET utf8mb4 DETERMINISTIC RETURN a || 'a' || 'ß'`,
    `CREATE TRIGGER ansi_trigger BEFORE UPDATE ON parent FOR EACH ROW INSERT INTO "trigger_log" (t) VALUES ('x' || 'y')`,
    `SET SESSION sql_mode = ORACLE`,
    `CREATE PACKAGE counting AS
       FUNCTION next_one RETURN INT;
       PROCEDURE reset_it(a INT);
     END`,
    `CREATE PACKAGE BODY counting AS
       c INT := 0;
       FUNCTION next_one RETURN INT AS BEGIN c := c + 1; RETURN c; END;
       PROCEDURE reset_it(a INT) AS BEGIN c := a; END;
     END`,
    `CREATE PROCEDURE oracle_style(a IN OUT INT) AS BEGIN a := a + 1; END`,
    ...SESSION,
    `CREATE AGGREGATE FUNCTION total(x INT) RETURNS INT
       BEGIN DECLARE s INT DEFAULT 0; DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN s; LOOP FETCH GROUP NEXT ROW; SET s = s + x; END LOOP; END`,
    `CREATE OR REPLACE VIEW uses_function AS SELECT id, twice(id) AS d FROM parent`,
    // Events: repeated, one-time to come, expired, disabled, in another time zone.
    `CREATE EVENT every_hour ON SCHEDULE EVERY 1 HOUR STARTS '2026-01-01 00:00:00' COMMENT 'stündlich' DO DELETE FROM trigger_log WHERE n < 0`,
    `CREATE EVENT once_later ON SCHEDULE AT '2037-12-31 23:00:00' ON COMPLETION PRESERVE DO BEGIN SET @a = 1; SET @b = 2; END`,
    `CREATE EVENT switched_off ON SCHEDULE EVERY 1 DAY DISABLE DO SET @a = 'ß'`,
    `SET time_zone = '+05:30'`,
    `CREATE EVENT elsewhere ON SCHEDULE EVERY 1 DAY STARTS '2026-01-01 03:00:00' DO SET @a = 1`,
    `SET time_zone = '+00:00'`,
    `SET timestamp = UNIX_TIMESTAMP('2020-01-01 00:00:00')`,
    `CREATE EVENT expired ON SCHEDULE AT '2020-06-01 00:00:00' ON COMPLETION PRESERVE DO SET @a = 1`,
    `SET timestamp = DEFAULT`,
  ];
}

/** Accounts and roles with rights on `database` of every kind, definers, and one that has nothing to do with it. */
export function everyAccount(database: string): string[] {
  const db = quote(database);
  return [
    ...SESSION,
    `CREATE USER 'reader'@'%' IDENTIFIED BY 'it''s "secret" $1'`,
    `GRANT SELECT, SHOW VIEW ON ${db}.* TO 'reader'@'%'`,
    `CREATE USER 'it''s me'@'10.0.0.%' IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD('x') REQUIRE SSL
       WITH MAX_USER_CONNECTIONS 5 PASSWORD EXPIRE NEVER`,
    `GRANT SELECT (id), UPDATE (n) ON ${db}.parent TO 'it''s me'@'10.0.0.%'`,
    `CREATE USER patterned@localhost`,
    `GRANT INSERT ON \`${pattern(database)}\`.* TO patterned@localhost`,
    `CREATE USER caller@localhost IDENTIFIED BY 'call'`,
    `GRANT EXECUTE ON PROCEDURE ${db}.\`do it\` TO caller@localhost`,
    `GRANT EXECUTE ON FUNCTION ${db}.twice TO caller@localhost`,
    `CREATE ROLE \`night watch\``,
    `CREATE ROLE everyone`,
    `GRANT SELECT ON ${db}.parent TO everyone`,
    `GRANT everyone TO \`night watch\``,
    `CREATE USER keeper@'%' IDENTIFIED BY 'k'`,
    `GRANT \`night watch\` TO keeper@'%' WITH ADMIN OPTION`,
    `SET DEFAULT ROLE \`night watch\` FOR keeper@'%'`,
    `CREATE USER definer@localhost`,
    `CREATE DEFINER = definer@localhost VIEW ${db}.by_definer AS SELECT 1 AS a`,
    `CREATE USER boss@localhost IDENTIFIED BY 'b'`,
    `GRANT ALL ON *.* TO boss@localhost WITH GRANT OPTION`,
    `CREATE USER stranger@localhost IDENTIFIED BY 's'`,
    `GRANT SELECT ON mysql.* TO stranger@localhost`,
  ];
}

/** A pattern that matches the database: its first letters, then `%`; `_` and `%` of its own escaped. */
function pattern(database: string): string {
  return `${database.slice(0, 3).replace(/[_%]/g, '\\$&').replaceAll('`', '``')}%`;
}

function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
