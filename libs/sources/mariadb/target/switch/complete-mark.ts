import type { Connection } from '../../connect.ts';
import { quoteName, quoteQualified } from '../../quote-name.ts';

/** A view in the databases that keep a state: the one that took its place is there as a whole. It goes with them. */
const MARK = 'lifeboat_complete';

/** The last step of a switch-over. */
export async function markComplete(connection: Connection, kept: readonly string[]): Promise<void> {
  for (const database of kept) {
    await connection.query(`CREATE DATABASE IF NOT EXISTS ${quoteName(database)}`);
    await connection.query(
      `CREATE OR REPLACE VIEW ${quoteQualified(database, MARK)} AS SELECT 1 AS complete`,
    );
  }
}

export async function isComplete(connection: Connection, kept: readonly string[]): Promise<boolean> {
  if (kept.length === 0) return true;
  const rows = await connection.query(
    'SELECT 1 FROM information_schema.VIEWS WHERE TABLE_SCHEMA IN (?) AND TABLE_NAME = ?',
    [kept, MARK],
  );
  return rows.length === kept.length;
}
