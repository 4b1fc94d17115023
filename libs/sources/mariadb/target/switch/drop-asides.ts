import type { Connection } from '../../connect.ts';
import { quoteQualified } from '../../quote-name.ts';
import { isAsideOf } from './aside-name.ts';

/** Drops the invalid views of a live database that wait with the tables of one of these databases. */
export async function dropAsides(
  connection: Connection,
  database: string,
  waitIn: readonly string[],
): Promise<void> {
  const views = await connection.query<{ name: string }>(
    'SELECT TABLE_NAME AS name FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ?',
    [database],
  );
  for (const { name } of views.filter((view) => waitIn.some((own) => isAsideOf(view.name, own)))) {
    await connection.query(`DROP VIEW IF EXISTS ${quoteQualified(database, name)}`);
  }
}
