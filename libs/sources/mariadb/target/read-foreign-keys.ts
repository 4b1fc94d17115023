import type { Connection } from '../connect.ts';
import { quoteName, quoteQualified } from '../quote-name.ts';
import { type ForeignKeyItem, parseTableDdl, type TableItem } from '../table-ddl.ts';
import { atLeast } from './at-least.ts';

/** A foreign key of a live table, complete enough to be dropped and added again. */
export interface LiveForeignKey {
  database: string;
  table: string;
  name: string;
  /** Empty if it leads to no table that is there. */
  referencedDatabase: string;
  referencedTable: string;
  columns: string[];
  referencedColumns: string[];
  /** `ADD CONSTRAINT …`, for ALTER TABLE. */
  add: string;
  /**
   * `RENAME INDEX …`, for an ALTER TABLE after that: a key that the server made for the foreign key is named
   * after it when that is added again.
   */
  renameKey?: string;
}

/**
 * Foreign keys that cross the border of the set: `from` its databases to any other (`notTo`) or to a table
 * that is not there, or from any other (`notFrom`) `to` its databases. Those of the tables `without` are passed over.
 */
export async function readForeignKeys(
  connection: Connection,
  border:
    | { from: readonly string[]; notTo: readonly string[] }
    | { notFrom: readonly string[]; to: readonly string[] },
  without: readonly string[] = [],
): Promise<LiveForeignKey[]> {
  const inside = 'from' in border ? border.from : border.to;
  const outside = 'from' in border ? border.notTo : border.notFrom;
  if (inside.length === 0) return [];
  const [own, other] =
    'from' in border ? ['CONSTRAINT', 'UNIQUE_CONSTRAINT'] : ['UNIQUE_CONSTRAINT', 'CONSTRAINT'];
  // A key to a table that is not there would find the one that a restore brings.
  const orphaned = 'from' in border ? ' OR UNIQUE_CONSTRAINT_NAME IS NULL' : '';
  const rows = await connection.query<
    Omit<LiveForeignKey, 'add' | 'renameKey' | 'columns' | 'referencedColumns'>
  >(
    `SELECT CONSTRAINT_SCHEMA AS \`database\`, TABLE_NAME AS \`table\`, CONSTRAINT_NAME AS name,
        COALESCE(UNIQUE_CONSTRAINT_SCHEMA, '') AS referencedDatabase,
        COALESCE(REFERENCED_TABLE_NAME, '') AS referencedTable
      FROM information_schema.REFERENTIAL_CONSTRAINTS
      WHERE ${own}_SCHEMA IN (?) AND (${other}_SCHEMA NOT IN (?)${orphaned})
      ORDER BY CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME`,
    [inside, outside],
  );
  const keys: LiveForeignKey[] = [];
  for (const row of rows.filter(({ table }) => !without.includes(table))) {
    const name = quoteQualified(row.database, row.table);
    const [shown] = await connection.query(`SHOW CREATE TABLE ${name}`);
    const items = parseTableDdl(String(shown?.['Create Table'])).items;
    const item = items.find((entry) => entry.kind === 'foreign' && entry.name === row.name);
    if (item?.kind !== 'foreign') continue;
    const { columns, referencedColumns } = item;
    const renameKey = renameClause(item, items, connection.version);
    const add = `ADD ${item.text}`;
    keys.push({ ...row, columns, referencedColumns, add, ...(renameKey === undefined ? {} : { renameKey }) });
  }
  return keys;
}

function renameClause(
  item: ForeignKeyItem,
  items: readonly TableItem[],
  version: Connection['version'],
): string | undefined {
  const keys = items.flatMap((entry) => (entry.kind === 'index' ? [entry] : []));
  const own = keys.find((key) => key.columns.join() === item.columns.join());
  if (own?.name === undefined || !atLeast(version, 10, 6)) return undefined;
  if (keys.some((key) => key.name === item.name)) return undefined;
  return `RENAME INDEX IF EXISTS ${quoteName(item.name)} TO ${quoteName(own.name)}`;
}
