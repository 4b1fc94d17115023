import type { Connection } from '../connect.ts';
import { quoteName } from '../quote-name.ts';

/** Drops databases that a restore made; foreign keys may lead from one to another. */
export async function dropDatabases(connection: Connection, names: readonly string[]): Promise<void> {
  await connection.query('SET SESSION foreign_key_checks = 0');
  for (const name of names) await connection.query(`DROP DATABASE IF EXISTS ${quoteName(name)}`);
}
