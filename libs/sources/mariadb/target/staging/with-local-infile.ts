import type { Connection } from '../../connect.ts';

/**
 * Runs `work` with LOAD DATA LOCAL allowed on the server. If it was off and `switchOn` is agreed it is on
 * only meanwhile, and off again whatever happens to the work, also if that lost its connection.
 */
export async function withLocalInfile<T>(
  connection: Connection,
  switchOn: boolean,
  reconnect: () => Promise<Connection>,
  work: () => Promise<T>,
): Promise<T> {
  const [row] = await connection.query<{ on: string }>('SELECT @@global.local_infile AS `on`');
  if (row?.on === '1' || !switchOn) return await work();
  await connection.query('SET GLOBAL local_infile = 1');
  try {
    return await work();
  } finally {
    await using other = await reconnect();
    await other.query('SET GLOBAL local_infile = 0');
  }
}
