import * as z from 'zod';
import type { Connection } from './connection.ts';
import type { DatabaseObjects } from './format.ts';
import { inOrder } from './objects-hash.ts';
import { hexBytes, parseRows, principalType, wholeNumber } from './parse-rows.ts';
import { quoteName } from './quote-name.ts';

const OBJECT = z.object({
  schema: z.string(),
  name: z.string(),
  type: z.string(),
  rows: wholeNumber.nullable(),
});

const USER = z.object({
  name: z.string(),
  sid: hexBytes,
  type: principalType,
});

/** Users that every database has; their logins, if any, are the server's own. */
const BUILT_IN = new Set(['dbo', 'guest', 'sys', 'INFORMATION_SCHEMA']);
const TABLE = 'U';

/** The objects and users of a database; `login` of a user is left to whoever knows the server's logins. */
export async function readObjects(
  connection: Connection,
  database: string,
  signal: AbortSignal,
): Promise<DatabaseObjects> {
  const { place } = connection;
  const objects = parseRows(OBJECT, await connection.ask(objectsOf(database), signal), {
    what: `the list of objects of ${database}`,
    place,
  });
  const users = parseRows(USER, await connection.ask(usersOf(database), signal), {
    what: `the list of users of ${database}`,
    place,
  });
  return {
    database,
    objects: inOrder(
      objects.map(({ rows, ...object }) =>
        rows === null || object.type !== TABLE ? object : { ...object, rows },
      ),
    ),
    users: users.filter(({ name }) => !BUILT_IN.has(name)),
  };
}

function objectsOf(database: string): string {
  const name = quoteName(database);
  return `SELECT s.name AS [schema], o.name, RTRIM(o.type) AS [type],
    (SELECT SUM(p.rows) FROM ${name}.sys.partitions AS p WHERE p.object_id = o.object_id AND p.index_id IN (0, 1)) AS [rows]
  FROM ${name}.sys.objects AS o JOIN ${name}.sys.schemas AS s ON s.schema_id = o.schema_id WHERE o.is_ms_shipped = 0`;
}

function usersOf(database: string): string {
  return `SELECT name, sid, type FROM ${quoteName(database)}.sys.database_principals
  WHERE type IN ('S', 'U', 'G') AND sid IS NOT NULL`;
}
