import type { Connection } from '../../connection.ts';
import { readDatabases } from '../read-live.ts';

/** What staged databases are called; kept old ones are `lb_<run>_old_<n>`. */
const STAGED = /^lb_[0-9a-z]+_[0-9]+$/;

/**
 * Databases that a restore of ours left RESTORING when it was cut off: nobody can use them for anything. One that is
 * being restored at this moment, maybe by a restore of another system, is none.
 */
export async function leftovers(connection: Connection, signal: AbortSignal): Promise<string[]> {
  const stuck = (await readDatabases(connection, signal))
    .filter(({ name, state }) => state === 'RESTORING' && STAGED.test(name))
    .map(({ name }) => name);
  if (stuck.length === 0) return [];
  const running = await connection.ask<{ text: string | null }>(
    `SELECT t.text FROM sys.dm_exec_requests AS r CROSS APPLY sys.dm_exec_sql_text(r.sql_handle) AS t
      WHERE r.session_id <> @@SPID`,
    signal,
  );
  return stuck.filter((name) => !running.some(({ text }) => text?.includes(name)));
}
