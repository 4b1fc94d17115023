import type { Connection } from '../connect.ts';

/** Names of tables and sequences of a database, sorted; none if the database is absent. */
export async function movableTables(connection: Connection, database: string): Promise<string[]> {
  const rows = await connection.query<{ name: string }>(
    `SELECT TABLE_NAME AS name FROM information_schema.TABLES
      WHERE TABLE_SCHEMA = ? AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE')
      ORDER BY TABLE_NAME`,
    [database],
  );
  return rows.map((row) => row.name);
}
