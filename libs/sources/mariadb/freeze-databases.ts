import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { Connection, MariadbServer } from './connect.ts';
import { type DescribedTable, describeTables } from './describe-tables.ts';
import type { DatabaseObjects } from './format.ts';
import { type FrozenServer, freezeServer } from './freeze-server.ts';
import { quoteQualified } from './quote-name.ts';
import { readObjects } from './read-objects.ts';
import { readSchema } from './read-schema.ts';
import { readSequences } from './read-sequences.ts';
import { serverErrno } from './server-errno.ts';

/** A database at the snapshot: all but its rows. */
export interface FrozenDatabase extends Omit<DatabaseObjects, 'tables'> {
  tables: DescribedTable[];
}

export interface FrozenDatabases extends AsyncDisposable {
  readonly server: FrozenServer;
  readonly databases: FrozenDatabase[];
}

/**
 * Takes the snapshot and reads what the databases consist of. Definitions are no part of a snapshot: if a
 * table was changed between the two, both are done over once. Throws `database-changed` after that.
 */
export async function freezeDatabases(
  connection: Connection,
  server: MariadbServer,
  o: { databases: readonly string[]; workers: number; keepLock: boolean; clock: Clock },
  signal: AbortSignal,
): Promise<FrozenDatabases> {
  try {
    return await freezeOnce(connection, server, o, signal);
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.code !== 'database-changed') throw error;
    return await freezeOnce(connection, server, o, signal);
  }
}

/** An error that says that a table is not what it was at the snapshot, as `database-changed`; others as they are. */
export function changedError(error: unknown, table: string): unknown {
  const changed = [1054, 1146, 1412, 1932].includes(serverErrno(error) ?? 0);
  if (!changed) return error;
  return new LifeboatError('database-changed', `the definition of ${table} was changed during the backup`, {
    hint: 'run the backup again when nothing changes tables (an update of the system, a migration)',
    cause: error,
  });
}

async function freezeOnce(
  connection: Connection,
  server: MariadbServer,
  o: { databases: readonly string[]; workers: number; keepLock: boolean; clock: Clock },
  signal: AbortSignal,
): Promise<FrozenDatabases> {
  await using made = new AsyncDisposableStack();
  const frozen = made.use(await freezeServer(server, o, signal));
  const databases: FrozenDatabase[] = [];
  for (const name of o.databases) {
    const database = await readDatabase(connection, name);
    await probeTables(frozen.scout, database);
    databases.push(database);
  }
  await frozen.scout.close();
  const sessions = made.move();
  return { server: frozen, databases, [Symbol.asyncDispose]: () => sessions.disposeAsync() };
}

async function readDatabase(connection: Connection, database: string): Promise<FrozenDatabase> {
  const own = await readSchema(connection, database);
  if (own === undefined) throw new LifeboatError('database-changed', `the database ${database} was dropped`);
  return {
    database,
    ...own,
    tables: await describeTables(connection, database),
    sequences: await readSequences(connection, database),
    ...(await readObjects(connection, database)),
  };
}

/** Asks each table for a row as of the snapshot: that is when the server says that a table is not the same. */
async function probeTables(scout: Connection, database: FrozenDatabase): Promise<void> {
  for (const table of database.tables) {
    if (!table.transactional || !table.hasRows) continue;
    try {
      await scout.query(`SELECT 1 FROM ${quoteQualified(database.database, table.name)} LIMIT 1`);
    } catch (error) {
      throw changedError(error, `${database.database}.${table.name}`);
    }
  }
}
