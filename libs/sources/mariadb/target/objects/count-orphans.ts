import type { Connection } from '../../connect.ts';
import { quoteName, quoteQualified } from '../../quote-name.ts';
import type { LiveForeignKey } from '../read-foreign-keys.ts';

/** Rows whose foreign key leads nowhere; a key with a NULL in it leads nowhere by right. */
export async function countOrphans(connection: Connection, key: LiveForeignKey): Promise<number> {
  const [parent] = await connection.query(
    'SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?',
    [key.referencedDatabase, key.referencedTable],
  );
  const child = quoteQualified(key.database, key.table);
  const set = key.columns.map((column) => `c.${quoteName(column)} IS NOT NULL`).join(' AND ');
  const equal = key.columns.map(
    (column, i) => `p.${quoteName(key.referencedColumns[i] ?? column)} = c.${quoteName(column)}`,
  );
  const found = `SELECT 1 FROM ${quoteQualified(key.referencedDatabase, key.referencedTable)} p WHERE ${equal.join(' AND ')}`;
  const lost = parent === undefined ? '' : ` AND NOT EXISTS (${found})`;
  const [row] = await connection.query<{ orphans: string | number }>(
    `SELECT COUNT(*) AS orphans FROM ${child} c WHERE ${set}${lost}`,
  );
  return Number(row?.orphans ?? 0);
}

/** Of a foreign key of a table outside the set, whose rows no longer find theirs. */
export function orphansText(key: LiveForeignKey, orphans: number): string {
  const rows = orphans === 1 ? '1 row refers' : `${orphans} rows refer`;
  const where = `${key.referencedDatabase}.${key.referencedTable}`;
  return `foreign key ${key.name} of ${key.database}.${key.table}: ${rows} to nothing in ${where}`;
}
