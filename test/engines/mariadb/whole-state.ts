import { createHash } from 'node:crypto';
import type mysql from 'mysql2/promise';
import type { TestMariadb } from './start-mariadb.ts';

/**
 * Everything a server can be asked about databases, asked in its own words: none of the code that is tested
 * takes part, so nothing that it overlooks is overlooked here. A line for each fact, in an order of its own, so
 * that a difference reads as the fact that differs.
 */
export async function wholeState(server: TestMariadb, databases: readonly string[]): Promise<string[]> {
  const connection = await server.connect({ multipleStatements: false });
  try {
    await connection.query(
      "SET NAMES utf8mb4, time_zone = '+00:00', sql_mode = 'ALLOW_INVALID_DATES', group_concat_max_len = 1 << 30",
    );
    const facts: string[] = [];
    for (const database of databases) facts.push(...(await factsOf(connection, database)));
    // Names that differ in case alone come in any order.
    return facts.sort();
  } finally {
    connection.destroy();
  }
}

type Row = Record<string, unknown>;

/** Columns that say when or how large instead of what. */
const MOMENTS = new Set([
  'Created',
  'CREATED',
  'LAST_ALTERED',
  'LAST_EXECUTED',
  'CREATE_TIME',
  'UPDATE_TIME',
  'CHECK_TIME',
  'TABLE_ROWS',
  'AVG_ROW_LENGTH',
  'DATA_LENGTH',
  'INDEX_LENGTH',
  'DATA_FREE',
  'MAX_DATA_LENGTH',
  'MAX_INDEX_LENGTH',
  'CARDINALITY',
  'ORIGINATOR',
  // Of the file that holds the definition.
  'VERSION',
  // Of MyISAM and Aria: it counts in an order of its own, and CHECKSUM TABLE is asked beside it.
  'CHECKSUM',
]);

/** Views of information_schema, the column that names the database, and those that name an entry. */
const LISTS: [table: string, database: string, names: string[]][] = [
  ['TABLES', 'TABLE_SCHEMA', ['TABLE_NAME']],
  ['COLUMNS', 'TABLE_SCHEMA', ['TABLE_NAME', 'ORDINAL_POSITION', 'COLUMN_NAME']],
  ['STATISTICS', 'TABLE_SCHEMA', ['TABLE_NAME', 'INDEX_NAME', 'SEQ_IN_INDEX']],
  ['TABLE_CONSTRAINTS', 'TABLE_SCHEMA', ['TABLE_NAME', 'CONSTRAINT_NAME', 'CONSTRAINT_TYPE']],
  ['KEY_COLUMN_USAGE', 'TABLE_SCHEMA', ['TABLE_NAME', 'CONSTRAINT_NAME', 'ORDINAL_POSITION']],
  ['REFERENTIAL_CONSTRAINTS', 'CONSTRAINT_SCHEMA', ['TABLE_NAME', 'CONSTRAINT_NAME']],
  ['CHECK_CONSTRAINTS', 'CONSTRAINT_SCHEMA', ['TABLE_NAME', 'CONSTRAINT_NAME']],
  [
    'PARTITIONS',
    'TABLE_SCHEMA',
    ['TABLE_NAME', 'PARTITION_ORDINAL_POSITION', 'SUBPARTITION_ORDINAL_POSITION'],
  ],
  ['VIEWS', 'TABLE_SCHEMA', ['TABLE_NAME']],
  [
    'TRIGGERS',
    'TRIGGER_SCHEMA',
    ['EVENT_OBJECT_TABLE', 'EVENT_MANIPULATION', 'ACTION_TIMING', 'ACTION_ORDER'],
  ],
  ['ROUTINES', 'ROUTINE_SCHEMA', ['ROUTINE_TYPE', 'ROUTINE_NAME']],
  ['PARAMETERS', 'SPECIFIC_SCHEMA', ['ROUTINE_TYPE', 'SPECIFIC_NAME', 'ORDINAL_POSITION']],
  ['EVENTS', 'EVENT_SCHEMA', ['EVENT_NAME']],
];

async function factsOf(connection: mysql.Connection, database: string): Promise<string[]> {
  const [there] = await ask(connection, 'SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?', [
    database,
  ]);
  if (there === undefined) return [`${database}: absent`];
  await connection.query(`USE ${quote(database)}`);
  const facts = [`${database}: ${await shown(connection, `SHOW CREATE DATABASE ${quote(database)}`)}`];
  for (const [table, column, names] of LISTS) {
    const list = `SELECT * FROM information_schema.${table} WHERE ${column} = ? ORDER BY ${names.join(', ')}`;
    for (const row of await ask(connection, list, [database])) {
      // Compared without regard to case.
      if (row[column] !== database) continue;
      const key = names.map((name) => String(row[name])).join(' ');
      facts.push(`${table} ${database}.${key}: ${text(row)}`);
    }
  }
  return [
    ...facts,
    ...(await codeOf(connection, database)),
    ...(await tablesOf(connection, database)),
    ...(await grantsOf(connection, database)),
  ];
}

/** SHOW CREATE of views, triggers, routines and events, with the session state that stands in it. */
async function codeOf(connection: mysql.Connection, database: string): Promise<string[]> {
  const listed = await ask(
    connection,
    `SELECT 'VIEW' AS type, TABLE_NAME AS name FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ?
     UNION ALL SELECT 'TRIGGER', TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?
     UNION ALL SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES WHERE BINARY ROUTINE_SCHEMA = ?
     UNION ALL SELECT 'EVENT', EVENT_NAME FROM information_schema.EVENTS WHERE BINARY EVENT_SCHEMA = ? ORDER BY 1, 2`,
    [database, database, database, database],
  );
  const facts: string[] = [];
  for (const { type, name } of listed) {
    facts.push(
      `${type} ${database}.${name}: ${await shown(connection, `SHOW CREATE ${type} ${quote(String(name))}`)}`,
    );
  }
  return facts;
}

/** SHOW CREATE, checksum and rows of tables and sequences. */
async function tablesOf(connection: mysql.Connection, database: string): Promise<string[]> {
  const listed = await ask(
    connection,
    `SELECT TABLE_NAME AS name, TABLE_TYPE AS type, ENGINE AS engine FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = ? AND TABLE_TYPE <> 'VIEW' ORDER BY TABLE_NAME`,
    [database],
  );
  const facts: string[] = [];
  for (const { name, type, engine } of listed) {
    const place = quote(String(name));
    facts.push(`TABLE ${database}.${name}: ${await shown(connection, `SHOW CREATE TABLE ${place}`)}`);
    if (['FEDERATED', 'CONNECT', 'SPIDER'].includes(String(engine))) continue;
    if (!(await hasGenerated(connection, database, String(name)))) {
      facts.push(
        `sum of ${database}.${name}: ${await shown(connection, `CHECKSUM TABLE ${place} EXTENDED`)}`,
      );
    }
    facts.push(
      `texts of ${database}.${name}: ${await textsOf(connection, database, String(name))}`,
      `rows of ${database}.${name}: ${await rowsOf(connection, database, String(name), String(type))}`,
    );
  }
  return facts;
}

/** CHECKSUM TABLE adds up whatever lies where a generated column would: it differs from call to call. */
async function hasGenerated(connection: mysql.Connection, database: string, table: string): Promise<boolean> {
  const [found] = await ask(
    connection,
    `SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND IS_GENERATED = 'ALWAYS' AND GENERATION_EXPRESSION NOT IN ('ROW START', 'ROW END')`,
    [database, table],
  );
  return found !== undefined;
}

/**
 * A hash over all rows with every column, hidden and generated ones and the rows' times of life included; it
 * does not depend on the order. ENUM and SET as numbers too: their text does not tell a label from none.
 */
async function rowsOf(
  connection: mysql.Connection,
  database: string,
  table: string,
  type: string,
): Promise<string> {
  const columns = await ask(
    connection,
    `SELECT COLUMN_NAME AS name, DATA_TYPE AS type FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`,
    [database, table],
  );
  const values = columns.flatMap(({ name, type: dataType }) =>
    valuesOf(quote(String(name)), String(dataType)),
  );
  const versioned = type === 'SYSTEM VERSIONED';
  // Unless the table names them, the times of life are there unseen.
  if (versioned && !columns.some(({ name }) => name === 'row_start')) {
    const [named] = await ask(
      connection,
      `SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND GENERATION_EXPRESSION = 'ROW START'`,
      [database, table],
    );
    if (named === undefined) values.push(...valuesOf('row_start', 'text'), ...valuesOf('row_end', 'text'));
  }
  const rows = await ask(
    connection,
    `SELECT SHA2(CONCAT_WS(',', ${values.join(', ')}), 256) AS h FROM ${quote(table)}${versioned ? ' FOR SYSTEM_TIME ALL' : ''}`,
  );
  const hashes = rows.map(({ h }) => String(h)).sort();
  return `${hashes.length} ${createHash('sha256').update(hashes.join()).digest('hex')}`;
}

function valuesOf(column: string, type: string): string[] {
  const exact = type === 'float' ? `${column} * 1e0` : column;
  const numbers = type === 'enum' ? [`${column} + 0`] : type === 'set' ? [`CAST(${column} AS UNSIGNED)`] : [];
  return [exact, ...numbers].map((value) => `IFNULL(HEX(CAST(${value} AS BINARY)), 'N')`);
}

/**
 * What labels and defaults are, for SHOW CREATE and information_schema show each letter beyond the Basic
 * Multilingual Plane as a question mark.
 */
async function textsOf(connection: mysql.Connection, database: string, table: string): Promise<string> {
  const columns = await ask(
    connection,
    `SELECT COLUMN_NAME AS name, DATA_TYPE AS type, COLUMN_TYPE AS full, COLUMN_DEFAULT AS value FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`,
    [database, table],
  );
  const texts: string[] = [];
  for (const { name, type, full, value } of columns) {
    const column = quote(String(name));
    const labels = type === 'enum' || type === 'set' ? String(full).split("','").length : 0;
    for (let i = 0; i < labels; i++) {
      const number = type === 'set' ? `1 << ${i}` : `${i + 1}`;
      const of = `${quote(database)}.${quote(table)}.${column}`;
      const block = `BEGIN NOT ATOMIC DECLARE v TYPE OF ${of}; SET v = ${number}; SELECT HEX(v) AS label; END`;
      const [[row]] = (await connection.query(block))[0] as unknown as [{ label: string }[]];
      texts.push(`${name} ${i + 1}: ${row?.label}`);
    }
    if (!String(value).startsWith("'")) continue;
    const [row] = await ask(
      connection,
      `SELECT HEX(DEFAULT(${column})) AS value FROM ${quote(table)} LIMIT 1`,
    );
    texts.push(`${name} default: ${row?.['value'] ?? 'no row'}`);
  }
  return texts.join(', ');
}

async function grantsOf(connection: mysql.Connection, database: string): Promise<string[]> {
  const facts: string[] = [];
  for (const [table, order] of [
    ['db', 'Host, User'],
    ['tables_priv', 'Host, User, Table_name'],
    ['columns_priv', 'Host, User, Table_name, Column_name'],
    ['procs_priv', 'Host, User, Routine_type, Routine_name'],
  ] as const) {
    const rows = await ask(connection, `SELECT * FROM mysql.${table} WHERE Db = ? ORDER BY ${order}`, [
      database,
    ]);
    for (const { Timestamp: _, ...row } of rows) facts.push(`grant in ${table}: ${text(row)}`);
  }
  return facts;
}

/** What the server answers, refusals included: they are the same on both sides or a difference. */
async function shown(connection: mysql.Connection, statement: string): Promise<string> {
  try {
    return (await ask(connection, statement)).map(text).join('\n');
  } catch (error) {
    return `refused: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function ask(connection: mysql.Connection, sql: string, values: unknown[] = []): Promise<Row[]> {
  const [rows] = await connection.query(sql, values);
  return rows as Row[];
}

function text(row: Row): string {
  return Object.entries(row)
    .filter(([column]) => !MOMENTS.has(column))
    .map(([column, content]) => `${column}=${column === 'CREATE_OPTIONS' ? options(content) : content}`)
    .join(' | ');
}

/** Aria counts what SHOW CREATE says of itself among the options that were asked for, once it is asked for. */
function options(content: unknown): string {
  return String(content).replace(/page_checksum=1 ?/, '');
}

function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
