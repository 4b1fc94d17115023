import type { Connection } from '../connect.ts';
import { quoteQualified } from '../quote-name.ts';
import { parseTableDdl } from '../table-ddl.ts';

/** A foreign key of a live table, complete enough to be dropped and added again. */
export interface LiveForeignKey {
  database: string;
  table: string;
  name: string;
  referencedDatabase: string;
  referencedTable: string;
  columns: string[];
  referencedColumns: string[];
  /** `ADD CONSTRAINT …`, for ALTER TABLE. */
  add: string;
}

/**
 * Foreign keys that cross the border of the set: `from` its databases to any other (`notTo`), or from any
 * other (`notFrom`) `to` its databases.
 */
export async function readForeignKeys(
  connection: Connection,
  border:
    | { from: readonly string[]; notTo: readonly string[] }
    | { notFrom: readonly string[]; to: readonly string[] },
): Promise<LiveForeignKey[]> {
  const inside = 'from' in border ? border.from : border.to;
  const outside = 'from' in border ? border.notTo : border.notFrom;
  if (inside.length === 0) return [];
  const [own, other] =
    'from' in border ? ['CONSTRAINT', 'UNIQUE_CONSTRAINT'] : ['UNIQUE_CONSTRAINT', 'CONSTRAINT'];
  const rows = await connection.query<Omit<LiveForeignKey, 'add' | 'columns' | 'referencedColumns'>>(
    `SELECT CONSTRAINT_SCHEMA AS \`database\`, TABLE_NAME AS \`table\`, CONSTRAINT_NAME AS name,
        UNIQUE_CONSTRAINT_SCHEMA AS referencedDatabase, REFERENCED_TABLE_NAME AS referencedTable
      FROM information_schema.REFERENTIAL_CONSTRAINTS
      WHERE ${own}_SCHEMA IN (?) AND ${other}_SCHEMA NOT IN (?)
      ORDER BY CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME`,
    [inside, outside],
  );
  const keys: LiveForeignKey[] = [];
  for (const row of rows) {
    const name = quoteQualified(row.database, row.table);
    const [shown] = await connection.query(`SHOW CREATE TABLE ${name}`);
    const items = parseTableDdl(String(shown?.['Create Table'])).items;
    const item = items.find((entry) => entry.kind === 'foreign' && entry.name === row.name);
    if (item?.kind !== 'foreign') continue;
    const { columns, referencedColumns } = item;
    keys.push({ ...row, columns, referencedColumns, add: `ADD ${item.text}` });
  }
  return keys;
}
