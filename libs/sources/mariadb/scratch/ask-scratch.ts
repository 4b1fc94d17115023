import { connectMariadb, type MariadbServer, type SqlRow } from '../connect.ts';
import { quoteName } from '../quote-name.ts';

const LONGEST_SECONDS = 300;

/**
 * The first value of a statement's first row in `database`, as text; undefined for no row. In a transaction that may
 * only read: the server refuses whatever would change something, also by a function.
 */
export async function askScratch(
  server: MariadbServer,
  database: string,
  query: string,
  signal: AbortSignal,
): Promise<string | null | undefined> {
  await using connection = await connectMariadb(server, signal);
  await connection.query(`USE ${quoteName(database)}`);
  await connection.query(`SET SESSION sql_select_limit = 1, max_statement_time = ${LONGEST_SECONDS}`);
  await connection.query('START TRANSACTION READ ONLY');
  const [row] = await connection.query<SqlRow>(query);
  await connection.query('ROLLBACK');
  if (row === undefined) return undefined;
  const [value] = Object.values(row);
  return value === null || value === undefined ? null : String(value);
}
