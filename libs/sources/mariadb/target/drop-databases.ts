import { LifeboatError } from '#platform/errors.ts';
import type { Connection } from '../connect.ts';
import { quoteName } from '../quote-name.ts';
import { movableTables } from './movable-tables.ts';

/** Drops databases that a restore made; foreign keys may lead from one to another. */
export async function dropDatabases(connection: Connection, names: readonly string[]): Promise<void> {
  await connection.query('SET SESSION foreign_key_checks = 0');
  for (const name of names) await connection.query(`DROP DATABASE IF EXISTS ${quoteName(name)}`);
}

/**
 * The same for databases that must be empty by now, because everything in them was moved. What is still
 * in one is not ours to drop: throws `rollback-failed` before any is dropped.
 */
export async function dropEmptied(connection: Connection, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const left = await movableTables(connection, name);
    if (left.length === 0) continue;
    throw new LifeboatError(
      'rollback-failed',
      `database ${name} still holds ${left.slice(0, 5).join(', ')} after everything in it was to be moved, so it was not dropped`,
      { hint: `look at these tables; drop ${name} by hand when nothing in it is needed` },
    );
  }
  await dropDatabases(connection, names);
}
