import type { Connection } from './connect.ts';
import type { DatabaseObjects } from './format.ts';

/** What a database itself has; undefined if the server has none of that name. */
export async function readSchema(
  connection: Connection,
  database: string,
): Promise<Pick<DatabaseObjects, 'charset' | 'collation' | 'comment'> | undefined> {
  // All columns, because the comment's is missing before 10.5.
  const [row] = await connection.query<Record<string, string | null>>(
    'SELECT * FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?',
    [database],
  );
  if (row === undefined) return undefined;
  const comment = row['SCHEMA_COMMENT'];
  return {
    charset: row['DEFAULT_CHARACTER_SET_NAME'] ?? '',
    collation: row['DEFAULT_COLLATION_NAME'] ?? '',
    ...(typeof comment === 'string' ? { comment } : {}),
  };
}
