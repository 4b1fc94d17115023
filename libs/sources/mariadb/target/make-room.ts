import { LifeboatError } from '#platform/errors.ts';
import { type Connection, connectMariadb, type MariadbServer } from '../connect.ts';
import { quoteQualified } from '../quote-name.ts';

/**
 * Deletes the rows of databases for good. Definitions stay, and with them views, triggers, keys and rights: what is
 * staged next is switched over as ever. A table that cannot be emptied (damaged, or with a history of its own) is
 * dropped; one that the server cannot even drop is left to the switch-over, which renews its database.
 */
export async function makeRoom(
  server: MariadbServer,
  databases: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (databases.length === 0) return;
  await using connection = await connectMariadb(server, signal);
  await connection.query('SET SESSION foreign_key_checks = 0');
  const tables = await connection.query<{ database: string; table: string; type: string }>(
    `SELECT TABLE_SCHEMA AS \`database\`, TABLE_NAME AS \`table\`, TABLE_TYPE AS type FROM information_schema.TABLES
      WHERE TABLE_SCHEMA IN (?) AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')`,
    [databases],
  );
  for (const { database, table, type } of tables) {
    const name = quoteQualified(database, table);
    const emptied = type === 'BASE TABLE' && (await succeeds(connection, `TRUNCATE TABLE ${name}`));
    if (!emptied) await succeeds(connection, `DROP TABLE ${name}`);
  }
}

async function succeeds(connection: Connection, statement: string): Promise<boolean> {
  try {
    await connection.query(statement);
    return true;
  } catch (error) {
    if (error instanceof LifeboatError && error.code === 'database-failed') return false;
    throw error;
  }
}
