import type { Connection } from '../../connection.ts';
import { runLong } from '../../run-long.ts';
import type { Patience } from './patience.ts';

/** One change of a database; it may take as long as a rollback takes, but not stand still. */
export async function runAlter(
  connection: Connection,
  sql: string,
  what: string,
  { server, stallMs, signal }: Pick<Patience, 'server' | 'stallMs' | 'signal'>,
): Promise<void> {
  await runLong(connection, sql, { server, stallMs, signal, what });
}
