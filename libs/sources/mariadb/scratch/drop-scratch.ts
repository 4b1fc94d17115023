import { isScratchName } from '../../scratch/is-scratch-name.ts';
import { connectMariadb, type MariadbServer } from '../connect.ts';
import { dropDatabases } from '../target/drop-databases.ts';

/**
 * Drops scratch databases that a drill had set down as its own before it made them, and resolves with those that were
 * there. A name that is none of a drill's is left alone, whoever asks for it.
 */
export async function dropScratch(
  server: MariadbServer,
  names: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  await using connection = await connectMariadb(server, signal);
  const rows = await connection.query<{ name: string }>(
    'SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA',
  );
  const there = names.filter((name) => isScratchName(name) && rows.some((row) => row.name === name));
  await dropDatabases(connection, there);
  return there;
}
