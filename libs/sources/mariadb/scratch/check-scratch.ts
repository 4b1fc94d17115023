import type { Finding } from '../../source.ts';
import { connectMariadb, type MariadbServer } from '../connect.ts';
import { scratchRights } from './scratch-rights.ts';

/** Whether the account may make scratch databases of what is live now. Throws as connectMariadb; changes nothing. */
export async function checkScratch(
  server: MariadbServer,
  databases: readonly string[],
  signal: AbortSignal,
): Promise<Finding[]> {
  await using connection = await connectMariadb(server, signal);
  const [row] = await connection.query<{ code: number }>(
    `SELECT EXISTS (SELECT 1 FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA IN (?))
      OR EXISTS (SELECT 1 FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA IN (?)) AS code`,
    [databases, databases],
  );
  return await scratchRights(connection, { code: Number(row?.code) === 1 });
}
