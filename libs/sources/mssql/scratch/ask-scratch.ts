import { connectMssql } from '../connect.ts';
import type { MssqlServer, SqlRow } from '../connection.ts';
import { quoteName } from '../quote-name.ts';

const LONGEST_MS = 300_000;

/**
 * The first value of a statement's first row in `database`, as text; undefined for no row. SQL Server has no transaction
 * that only reads, so whatever the statement would change is rolled back.
 */
export async function askScratch(
  server: MssqlServer,
  database: string,
  query: string,
  signal: AbortSignal,
): Promise<string | null | undefined> {
  await using connection = await connectMssql(server, signal);
  await connection.run(`USE ${quoteName(database)}; SET ROWCOUNT 1; BEGIN TRANSACTION`, { signal });
  const [row] = await connection.ask<SqlRow>(query, signal, LONGEST_MS);
  await connection.run('ROLLBACK TRANSACTION', { signal });
  if (row === undefined) return undefined;
  const [value] = Object.values(row);
  return value === null || value === undefined ? null : String(value);
}
