import type { Connection } from '../connect.ts';

export interface BlockingSession {
  id: number;
  /** `session 12 (app@10.0.0.5, database ac, idle for 34 s in an open transaction)`. */
  text: string;
  /** It uses a database of the set, or none: ending it ends nothing of another system. */
  ours: boolean;
}

interface SessionRow {
  id: number;
  user: string;
  host: string;
  db: string | null;
  command: string;
  seconds: number | null;
  open: number;
}

/**
 * Sessions that may hold back a change of the tables of `databases`: those with an open transaction, and
 * those that use one of the databases. Where the plugin METADATA_LOCK_INFO is active, exactly those that hold
 * a lock. Never the own one.
 */
export async function blockingSessions(
  connection: Connection,
  databases: readonly string[],
): Promise<BlockingSession[]> {
  const rows = await connection.query<SessionRow>(
    `SELECT p.ID AS id, p.USER AS user, p.HOST AS host, p.DB AS db, p.COMMAND AS command, p.TIME AS seconds,
        EXISTS (SELECT 1 FROM information_schema.INNODB_TRX t WHERE t.trx_mysql_thread_id = p.ID) AS \`open\`
      FROM information_schema.PROCESSLIST p
      WHERE p.ID <> CONNECTION_ID() AND p.COMMAND NOT IN ('Daemon', 'Binlog Dump') ORDER BY p.ID`,
  );
  const holders = await lockHolders(connection, databases);
  const uses = (row: SessionRow) => row.db !== null && databases.includes(row.db);
  const blocking = rows.filter((row) =>
    holders === undefined ? row.open > 0 || uses(row) : holders.includes(Number(row.id)),
  );
  return blocking.map((row) => ({
    id: Number(row.id),
    text: describe(row),
    ours: holders !== undefined || row.db === null || uses(row),
  }));
}

async function lockHolders(
  connection: Connection,
  databases: readonly string[],
): Promise<number[] | undefined> {
  const [plugin] = await connection.query(
    `SELECT 1 FROM information_schema.PLUGINS
      WHERE PLUGIN_NAME = 'METADATA_LOCK_INFO' AND PLUGIN_STATUS = 'ACTIVE'`,
  );
  if (plugin === undefined) return undefined;
  const rows = await connection.query<{ id: string }>(
    `SELECT DISTINCT CAST(THREAD_ID AS CHAR) AS id FROM information_schema.METADATA_LOCK_INFO
      WHERE TABLE_SCHEMA IN (?) AND THREAD_ID <> CONNECTION_ID()`,
    [databases],
  );
  return rows.map((row) => Number(row.id));
}

function describe(row: SessionRow): string {
  const where = row.db === null ? 'no database' : `database ${row.db}`;
  const what =
    row.command === 'Sleep' ? `idle for ${row.seconds ?? 0} s` : `${row.command} for ${row.seconds ?? 0} s`;
  const open = row.open > 0 ? ' in an open transaction' : '';
  return `session ${row.id} (${row.user}@${row.host}, ${where}, ${what}${open})`;
}
