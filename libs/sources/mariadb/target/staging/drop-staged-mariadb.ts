import { LifeboatError } from '#platform/errors.ts';
import type { SwitchRecord } from '../../../restore-target.ts';
import { type Connection, connectMariadb, type MariadbServer } from '../../connect.ts';
import { dropDatabases } from '../drop-databases.ts';
import { requireSameServer } from '../server-identity.ts';
import { dropAsides } from '../switch/drop-asides.ts';
import { endSession } from '../switch/end-session.ts';
import { removeStateFiles, stateFiles } from '../switch/state-file.ts';
import { parseStaging } from './staging-record.ts';

/**
 * Drops what a restore had announced to stage, and its state files, once nothing of it is live: the restore was killed
 * while it staged, or has gone back. What is not there is passed over; may be repeated.
 */
export async function dropStagedMariadb(
  record: SwitchRecord,
  { server, stateFolder }: { server: MariadbServer; stateFolder: string },
  signal: AbortSignal,
): Promise<void> {
  const { databases, localInfile, files, ...where } = parseStaging(record);
  const names = databases.map(({ staging }) => staging);
  await using connection = await connect(server, names, signal);
  await requireSameServer(connection, { ...where, own: names });
  await endLoading(connection, names);
  if (localInfile) await connection.query('SET GLOBAL local_infile = 0');
  for (const { database, staging } of databases) await dropAsides(connection, database, [staging]);
  await dropDatabases(connection, names);
  await removeStateFiles(stateFiles(stateFolder, files));
}

/** Whoever is told that they stay has to know them by name. */
async function connect(
  server: MariadbServer,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Connection> {
  try {
    return await connectMariadb(server, signal);
  } catch (cause) {
    if (!(cause instanceof LifeboatError)) throw cause;
    const { code, message, hint } = cause;
    throw new LifeboatError(code, `databases ${names.join(', ')}: ${message}`, {
      ...(hint === undefined ? {} : { hint }),
      cause,
    });
  }
}

/** The server goes on with what a killed program asked for last: an ALTER of a large table may take hours. */
async function endLoading(connection: Connection, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const sessions = await connection.query<{ id: number | string }>(
      'SELECT ID AS id FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND (DB = ? OR LOCATE(?, INFO) > 0)',
      [name, `\`${name}\``],
    );
    for (const { id } of sessions) await endSession(connection, Number(id));
  }
}
