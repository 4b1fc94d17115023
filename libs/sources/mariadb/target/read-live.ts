import type { Connection } from '../connect.ts';
import type { RoutineObject, ViewObject } from '../format.ts';
import { quoteName } from '../quote-name.ts';
import { readObjects, type StoredObjects } from '../read-objects.ts';
import { readSchema } from '../read-schema.ts';
import { movableTables } from './movable-tables.ts';
import { type LiveForeignKey, readForeignKeys } from './read-foreign-keys.ts';

/**
 * Everything of a live database that moving its tables does not carry, complete enough to be made again
 * word for word. Plain data: it is written to disk before the first DROP.
 */
export interface LiveDatabase extends Omit<StoredObjects, 'views'> {
  charset: string;
  collation: string;
  comment?: string;
  /** Tables and sequences: what can be moved. */
  tables: string[];
  views: LiveView[];
  routineGrants: RoutineGrant[];
  /** Of its tables, to tables of databases outside the set. */
  foreignKeys: LiveForeignKey[];
}

export interface LiveView extends ViewObject {
  columns: string[];
}

export interface RoutineGrant {
  routine: string;
  type: RoutineObject['type'];
  user: string;
  host: string;
  privileges: string[];
  grantOption: boolean;
}

/**
 * Undefined if the server has no database of that name. `set`: the databases that are restored together; `without`:
 * tables of it that the server cannot open.
 */
export async function readLive(
  connection: Connection,
  database: string,
  set: readonly string[],
  without: readonly string[] = [],
): Promise<LiveDatabase | undefined> {
  const schema = await readSchema(connection, database);
  if (schema === undefined) return undefined;
  const objects = await readObjects(connection, database, without);
  return {
    ...schema,
    ...objects,
    tables: (await movableTables(connection, database)).filter((table) => !without.includes(table)),
    views: await withColumns(connection, database, objects.views),
    routineGrants: await readRoutineGrants(connection, database),
    foreignKeys: await readForeignKeys(connection, { from: [database], notTo: set }, without),
  };
}

async function withColumns(
  connection: Connection,
  database: string,
  views: ViewObject[],
): Promise<LiveView[]> {
  const live: LiveView[] = [];
  for (const view of views) {
    const columns = view.valid
      ? await connection.query<{ Field: string }>(
          `SHOW COLUMNS FROM ${quoteName(database)}.${quoteName(view.name)}`,
        )
      : [];
    live.push({ ...view, columns: columns.map((column) => column.Field) });
  }
  return live;
}

/** The server stores a database's name that is not ASCII doubly encoded here, and here only. */
async function readRoutineGrants(connection: Connection, database: string): Promise<RoutineGrant[]> {
  const rows = await connection.query<{
    routine: string;
    type: RoutineObject['type'];
    user: string;
    host: string;
    granted: string;
  }>(
    `SELECT Routine_name AS routine, Routine_type AS type, User AS user, Host AS host, Proc_priv AS granted
      FROM mysql.procs_priv WHERE Db IN (?, CONVERT(CAST(? AS BINARY) USING latin1))
      ORDER BY Routine_name, User, Host`,
    [database, database],
  );
  return rows.map(({ granted, ...row }) => {
    const all = granted.split(',').filter((privilege) => privilege !== '');
    const privileges = all.filter((privilege) => privilege !== 'Grant');
    return { ...row, privileges, grantOption: all.includes('Grant') };
  });
}
