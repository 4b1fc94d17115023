import { type Connection, connectMariadb, type MariadbServer } from '../../connect.ts';
import { atLeast } from '../at-least.ts';

/**
 * A session for building tables: no checks of foreign keys and constraints (rows of the archive stand as
 * they were), no silent change of an engine, and definitions that an older or laxer server accepted are
 * taken as they are. Unique keys are checked.
 */
export async function connectForStaging(server: MariadbServer, signal: AbortSignal): Promise<Connection> {
  const connection = await connectMariadb(server, signal);
  try {
    await connection.query(`SET SESSION ${stagingSettings(connection.version).join(', ')}`);
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function stagingSettings(version: Connection['version']): string[] {
  const settings = [
    "sql_mode = 'NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION,ALLOW_INVALID_DATES'",
    'foreign_key_checks = 0',
    'unique_checks = 1',
    'check_constraint_checks = 0',
    'innodb_strict_mode = 0',
    "system_versioning_alter_history = 'KEEP'",
  ];
  if (atLeast(version, 10, 8)) settings.push('explicit_defaults_for_timestamp = 1');
  if (atLeast(version, 10, 11)) settings.push('system_versioning_insert_history = 1');
  // Definitions that name a charset without a collation mean its old default.
  if (atLeast(version, 11, 2)) settings.push("character_set_collations = ''");
  return settings;
}
