import { columnEncoding } from './column-format.ts';
import type { Connection } from './connect.ts';
import { exactLiterals } from './exact-literals.ts';
import type { ColumnFormat, TableObject } from './format.ts';
import { hexLiterals } from './hex-literals.ts';
import { quoteName, quoteQualified } from './quote-name.ts';

/** A table as it is found, before its rows are read. */
export type DescribedTable = Omit<TableObject, 'rows' | 'bytes' | 'sha256' | 'members'> & {
  /** False for engines that know no snapshot: MyISAM, Aria, MEMORY, CSV, ARCHIVE. */
  transactional: boolean;
  /** The server's own estimate of its data. */
  estimatedBytes: number;
  /** History of a table versioned by transactions cannot be written back; only its current rows are dumped. */
  historyLeftOut: boolean;
  /** Stored columns that are computed from a TIMESTAMP: what they hold depends on whoever wrote the row. */
  zoned: string[];
};

/** Rows of these are another table's, another server's, or none. */
const DEFINITION_ONLY = new Set([
  'MRG_MYISAM',
  'FEDERATED',
  'CONNECT',
  'SPIDER',
  'BLACKHOLE',
  'SPHINX',
  'S3',
]);

/** The tables of a database, by name, with what is needed to read their rows and to write them back. */
export async function describeTables(connection: Connection, database: string): Promise<DescribedTable[]> {
  const [tables, columns, keys, engines] = [
    await listTables(connection, database),
    Map.groupBy(await listColumns(connection, database), (column) => column.tableName),
    Map.groupBy(await listPrimaryKeys(connection, database), (key) => key.tableName),
    await transactionalEngines(connection),
  ];
  const described: DescribedTable[] = [];
  for (const table of tables) {
    const ddl = await showCreate(connection, database, table.name);
    const all = columns.get(table.name) ?? [];
    const key = keys.get(table.name) ?? [];
    described.push({ ...describe(table, all, key), ddl, transactional: engines.has(table.engine ?? '') });
  }
  return described;
}

interface ListedTable {
  name: string;
  type: string;
  engine: string | null;
  options: string | null;
  autoIncrement: string | null;
  bytes: string | null;
}

interface ListedColumn {
  tableName: string;
  name: string;
  dataType: string;
  generated: string;
  expression: string | null;
  extra: string;
}

interface ListedKey {
  tableName: string;
  column: string;
  prefix: string | null;
}

function listTables(connection: Connection, database: string): Promise<ListedTable[]> {
  return connection.query<ListedTable>(
    `SELECT TABLE_NAME AS name, TABLE_TYPE AS type, ENGINE AS engine, CREATE_OPTIONS AS options,
       CAST(AUTO_INCREMENT AS CHAR) AS autoIncrement, CAST(DATA_LENGTH AS CHAR) AS bytes
     FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = ? AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY TABLE_NAME`,
    [database],
  );
}

function listColumns(connection: Connection, database: string): Promise<ListedColumn[]> {
  return connection.query<ListedColumn>(
    `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS name, DATA_TYPE AS dataType, IS_GENERATED AS \`generated\`,
       GENERATION_EXPRESSION AS expression, EXTRA AS extra
     FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME, ORDINAL_POSITION`,
    [database],
  );
}

function listPrimaryKeys(connection: Connection, database: string): Promise<ListedKey[]> {
  return connection.query<ListedKey>(
    `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS \`column\`, CAST(SUB_PART AS CHAR) AS prefix
     FROM information_schema.STATISTICS
     WHERE TABLE_SCHEMA = ? AND INDEX_NAME = 'PRIMARY' ORDER BY TABLE_NAME, SEQ_IN_INDEX`,
    [database],
  );
}

async function transactionalEngines(connection: Connection): Promise<Set<string>> {
  const engines = await connection.query<{ engine: string }>(
    `SELECT ENGINE AS engine FROM information_schema.ENGINES WHERE TRANSACTIONS = 'YES'`,
  );
  return new Set(engines.map(({ engine }) => engine));
}

async function showCreate(connection: Connection, database: string, name: string): Promise<string> {
  const statement = `SHOW CREATE TABLE ${quoteQualified(database, name)}`;
  const [row] = await connection.query<Record<string, string>>(statement);
  const ddl = row?.['Create Table'] ?? '';
  const place = { database, table: name };
  if (!ddl.includes('\ufffd')) return await exactLiterals(connection, place, ddl);
  // Something in it is no UTF-8 (or is that very letter): ask for the bytes.
  const [raw] = await connection.exclusive(async (session) => {
    await session.resultsAs('binary');
    return await session.query<Record<string, Buffer>>(statement);
  });
  return await exactLiterals(connection, place, hexLiterals(raw?.['Create Table'] ?? Buffer.alloc(0)));
}

function describe(
  table: ListedTable,
  all: ListedColumn[],
  key: ListedKey[],
): Omit<DescribedTable, 'ddl' | 'transactional'> {
  const engine = table.engine ?? '';
  const versioned = table.type === 'SYSTEM VERSIONED';
  const period = versioned ? periodColumns(all) : undefined;
  const columns: ColumnFormat[] = all
    .filter((column) => column.generated !== 'ALWAYS')
    .map((column) => ({ name: column.name, as: columnEncoding(column.dataType) }));
  if (period) columns.push(...period.map((name): ColumnFormat => ({ name, as: 'plain' })));
  const partitioned = (table.options ?? '').includes('partitioned');
  return {
    name: table.name,
    engine,
    hasRows: !DEFINITION_ONLY.has(engine.toUpperCase()) && columns.length > 0,
    systemVersioned: period !== undefined,
    historyLeftOut: versioned && period === undefined,
    zoned: zonedColumns(all),
    columns,
    orderBy: orderOf({ engine, partitioned, key, columns, period }),
    estimatedBytes: Number(table.bytes ?? 0),
    ...(table.autoIncrement === null ? {} : { autoIncrement: table.autoIncrement }),
  };
}

/**
 * The columns that hold a row's time of life; unless the table names them they are there unseen. Undefined if
 * they hold transaction numbers instead of times.
 */
function periodColumns(all: ListedColumn[]): [string, string] | undefined {
  const start = all.find((column) => column.expression === 'ROW START');
  const end = all.find((column) => column.expression === 'ROW END');
  if (start === undefined || end === undefined) return ['row_start', 'row_end'];
  return start.dataType === 'bigint' ? undefined : [start.name, end.name];
}

function zonedColumns(all: ListedColumn[]): string[] {
  const instants = all.filter((column) => column.dataType === 'timestamp').map(({ name }) => quoteName(name));
  return all
    .filter(({ extra, expression }) => {
      const stored = extra.startsWith('STORED') && expression !== null;
      return stored && instants.some((instant) => expression.includes(instant));
    })
    .map(({ name }) => name);
}

/**
 * The order must be the same for the same rows wherever they are: here and, for the check, in the restored
 * table. By primary key where InnoDB reads it without sorting. Otherwise the order in which the table lies,
 * which loading keeps: of InnoDB's hidden or unique key, of the file, of the partitions. Only the history of
 * a partitioned table may come to lie elsewhere, so that is sorted.
 */
function orderOf(o: {
  engine: string;
  partitioned: boolean;
  key: ListedKey[];
  columns: ColumnFormat[];
  period: [string, string] | undefined;
}): string[] {
  const usable = o.key.length > 0 && o.key.every((part) => part.prefix === null);
  if (o.partitioned && o.period === undefined) return [];
  if (usable && o.engine === 'InnoDB') {
    const names = o.key.map((part) => part.column);
    return o.period && !names.includes(o.period[1]) ? [...names, o.period[1]] : names;
  }
  return o.partitioned ? o.columns.map((column) => column.name) : [];
}
