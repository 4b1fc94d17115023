import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestServer, type SuiteServer } from './open-test-server.ts';

/**
 * The evaluator under the catalog views, held to what a real server answers (the suite runs against one too): a join or a
 * NULL that it had wrong would make every test above it worth less.
 */
let server: SuiteServer;
let database: string;

beforeAll(async () => {
  server = await openTestServer();
  database = server.name('select');
  await server.sql(`CREATE DATABASE [${database}]`);
  await server.sql(
    `CREATE TABLE boxes (id int NOT NULL PRIMARY KEY, label nvarchar(20), weight bigint, code char(4), raw varbinary(8));
     CREATE TABLE things (id int NOT NULL PRIMARY KEY, box int, price decimal(9, 2));
     INSERT INTO boxes VALUES (1, N'Red', 10, 'a', 0x01), (2, N'blue', NULL, 'bb', NULL), (3, NULL, 30000000000, NULL, 0xFF00);
     INSERT INTO things VALUES (10, 1, 1.50), (11, 1, 2.25), (12, 2, NULL), (13, NULL, 9)`,
    database,
  );
});
afterAll(async () => {
  expect(server?.ours?.defects ?? []).toEqual([]);
  await server?.[Symbol.asyncDispose]();
});

/** Each select with the rows that it has, as arrays of values. */
const SELECTS: [sql: string, rows: unknown[][]][] = [
  // Texts: without case, blanks at the end do not count, NULL is neither equal nor unequal.
  ["SELECT id FROM boxes WHERE label = N'RED  '", [[1]]],
  ["SELECT id FROM boxes WHERE label <> N'red'", [[2]]],
  ["SELECT id FROM boxes WHERE NOT (label = N'red')", [[2]]],
  ['SELECT id FROM boxes WHERE label IS NULL', [[3]]],
  ['SELECT id FROM things WHERE box = box ORDER BY id', [[10], [11], [12]]],
  ["SELECT id FROM boxes WHERE label IN (N'blue', NULL)", [[2]]],
  ["SELECT id FROM boxes WHERE label NOT IN (N'blue', NULL)", []],
  ["SELECT id FROM boxes WHERE label LIKE N'%[d-f]%' ORDER BY id", [[1], [2]]],
  ["SELECT id FROM boxes WHERE label LIKE N'_ed'", [[1]]],
  ["SELECT 1 AS a WHERE N'50%' LIKE N'50!%' ESCAPE N'!'", [[1]]],
  ["SELECT 1 AS a WHERE N'5000' LIKE N'50!%' ESCAPE N'!'", []],
  [
    "SELECT code + N'|' AS padded, RTRIM(code) AS cut, LEN(code) AS letters FROM boxes WHERE id = 1",
    [['a   |', 'a', 1]],
  ],
  // Three-valued logic.
  ["SELECT id FROM boxes WHERE weight > 5 OR label = N'blue' ORDER BY id", [[1], [2], [3]]],
  ['SELECT id FROM boxes WHERE weight > 5 AND label IS NOT NULL', [[1]]],
  [
    "SELECT CASE WHEN weight > 5 THEN N'heavy' WHEN weight IS NULL THEN N'unknown' ELSE N'light' END AS w FROM boxes ORDER BY id",
    [['heavy'], ['unknown'], ['heavy']],
  ],
  ["SELECT CASE label WHEN N'red' THEN 1 END AS r FROM boxes ORDER BY id", [[1], [null], [null]]],
  [
    "SELECT ISNULL(weight, 0) AS w, COALESCE(label, N'none') AS l FROM boxes WHERE id > 1 ORDER BY id",
    [
      ['0', 'blue'],
      ['30000000000', 'none'],
    ],
  ],
  // Numbers.
  ['SELECT 7 / 2 AS a, 7 % 2 AS b, -7 / 2 AS c, 7.0 / 2 AS d', [[3, 1, -3, 3.5]]],
  ['SELECT CAST(1 AS bigint) * 8192 AS pages', [['8192']]],
  ["SELECT CAST(N'12' AS int) + 1 AS n, CAST(12 AS nvarchar(5)) + N'!' AS t", [[13, '12!']]],
  [
    "SELECT CONVERT(nvarchar(20), 0xAB01, 1) AS x, CONVERT(varbinary(4), N'0xAB01', 1) AS y",
    [['0xAB01', Buffer.from([0xab, 1])]],
  ],
  // Joins.
  [
    'SELECT b.id, t.id FROM boxes AS b JOIN things AS t ON t.box = b.id ORDER BY b.id, t.id',
    [
      [1, 10],
      [1, 11],
      [2, 12],
    ],
  ],
  [
    'SELECT b.id, t.id FROM boxes AS b LEFT JOIN things AS t ON t.box = b.id AND t.price > 2 ORDER BY b.id',
    [
      [1, 11],
      [2, null],
      [3, null],
    ],
  ],
  ['SELECT COUNT(*) AS n FROM boxes, things', [[12]]],
  [
    'SELECT b.id, x.n FROM boxes AS b CROSS APPLY (SELECT COUNT(*) AS n FROM things AS t WHERE t.box = b.id) AS x ORDER BY b.id',
    [
      [1, 2],
      [2, 1],
      [3, 0],
    ],
  ],
  [
    'SELECT b.id FROM boxes AS b OUTER APPLY (SELECT t.id FROM things AS t WHERE t.box = b.id) AS x WHERE x.id IS NULL',
    [[3]],
  ],
  // Subqueries.
  [
    'SELECT id FROM boxes AS b WHERE EXISTS (SELECT 1 FROM things AS t WHERE t.box = b.id) ORDER BY id',
    [[1], [2]],
  ],
  [
    'SELECT id, (SELECT MAX(t.id) FROM things AS t WHERE t.box = b.id) AS newest FROM boxes AS b ORDER BY id',
    [
      [1, 11],
      [2, 12],
      [3, null],
    ],
  ],
  [
    'SELECT id FROM things WHERE box IN (SELECT id FROM boxes WHERE label IS NOT NULL) ORDER BY id',
    [[10], [11], [12]],
  ],
  ["SELECT v.n FROM (VALUES (1, N'a'), (2, N'b')) AS v (n, l) WHERE v.l = N'b'", [[2]]],
  // Groups.
  [
    'SELECT box, COUNT(*) AS n, SUM(price) AS total FROM things GROUP BY box ORDER BY box',
    [
      [null, 1, 9],
      [1, 2, 3.75],
      [2, 1, null],
    ],
  ],
  ['SELECT box FROM things GROUP BY box HAVING COUNT(*) > 1', [[1]]],
  [
    'SELECT COUNT(*) AS n, COUNT(label) AS known, MIN(label) AS first, SUM(weight) AS w FROM boxes WHERE id > 5',
    [[0, 0, null, null]],
  ],
  ['SELECT COUNT(label) AS known, SUM(weight) AS w FROM boxes', [[2, '30000000010']]],
  // The order and the number of rows.
  ['SELECT TOP (2) id FROM boxes ORDER BY label DESC', [[1], [2]]],
  ['SELECT DISTINCT ISNULL(box, 0) AS b FROM things ORDER BY b', [[0], [1], [2]]],
  [
    'SELECT id FROM boxes WHERE id = 1 UNION ALL SELECT box FROM things WHERE box = 1 ORDER BY id',
    [[1], [1], [1]],
  ],
  ['SELECT id FROM boxes WHERE id = 1 UNION SELECT box FROM things WHERE box = 1', [[1]]],
  ['SELECT id FROM boxes ORDER BY 1 DESC', [[3], [2], [1]]],
  // Names.
  ["SELECT QUOTENAME(N'a]b') AS q, REPLACE(N'aXbx', N'x', N'-') AS r", [['[a]]b]', 'a-b-']]],
];

test.for(SELECTS)('%s', async ([sql, rows]) => {
  const pool = await server.connect({ database, arrayRowMode: true } as never);
  const { recordset } = await pool.query(sql);
  expect([...(recordset as unknown as unknown[][])]).toEqual(rows);
  await pool.close();
});

test('variables, IF and BEGIN, DECLARE with a value', async () => {
  const rows = await server.sql(
    `DECLARE @n int = 2, @name sysname;
     SET @n = @n + 1;
     SELECT @name = label FROM boxes WHERE id = 1;
     IF @n > 5 SELECT N'wrong' AS said
     ELSE BEGIN
       SELECT @name + N' ' + CAST(@n AS nvarchar(5)) AS said
     END`,
    database,
  );
  expect(rows).toEqual([{ said: 'Red 3' }]);
});

test('a statement that fails does not end the batch; an unknown name does', async () => {
  const pool = await server.connect({ database });
  const marks = async (batch: string): Promise<number> => {
    await expect(pool.request().batch(batch)).rejects.toThrow();
    const { recordset } = await pool.query(
      'SELECT COUNT(*) AS n FROM things WHERE id = 99; DELETE FROM things WHERE id = 99',
    );
    return recordset[0].n;
  };
  expect(await marks('INSERT INTO boxes (id) VALUES (1); INSERT INTO things (id) VALUES (99)')).toBe(1);
  expect(await marks('SELECT * FROM nowhere; INSERT INTO things (id) VALUES (99)')).toBe(0);
  expect(await marks('INSERT INTO things (id) VALUES (99); SELECT FROM')).toBe(0);
  await pool.close();
});
