import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';
import type { NeededSpace } from '../../../restore-target.ts';
import type { ComponentRecord } from '../../../source.ts';
import type { Connection, MariadbServer } from '../../connect.ts';
import type { DatabaseObjects } from '../../format.ts';

/** Rows as text grow by about this in tables with their indexes. */
const SPACE_FACTOR = 1.5;
/** So many tables are loaded at once, each in a transaction of its own. */
const LOADERS = 2;

/**
 * What loading databases takes on the server's disks, where the server is on this machine and shows them: the tables,
 * and where it keeps a binary log the rows once more there, after each table's rows lay in the folder for temporary
 * files until their transaction was committed.
 */
export async function stagingSpace(
  connection: Connection,
  server: MariadbServer,
  databases: readonly { record: ComponentRecord; objects: DatabaseObjects }[],
): Promise<NeededSpace[]> {
  const [row] = await connection.query<Record<'datadir' | 'logs' | 'base' | 'tmpdir' | 'own', string | null>>(
    `SELECT @@datadir AS datadir, @@log_bin AS logs, @@log_bin_basename AS base, @@tmpdir AS tmpdir,
       @@innodb_file_per_table AS own`,
  );
  const at = async (path: string): Promise<Pick<NeededSpace, 'place' | 'free' | 'fileSystem'>> => ({
    place: `${path} on ${connection.place}`,
    ...(await freeBytes(server, path)),
  });
  const bytes = databases.reduce((sum, { record }) => sum + record.bytes, 0);
  const names = databases.map(({ objects }) => objects.database);
  const frees = String(row?.own) === '1' ? await liveBytes(connection, names) : 0;
  const tables: NeededSpace = {
    ...(await at(row?.datadir ?? '')),
    needed: Math.ceil(bytes * SPACE_FACTOR),
    ...(frees === 0 ? {} : { frees }),
  };
  if (String(row?.logs) !== '1' || typeof row?.base !== 'string' || bytes === 0) return [tables];
  const largest = databases
    .flatMap(({ objects }) => objects.tables.map((table) => table.bytes))
    .sort((a, b) => b - a)
    .slice(0, LOADERS);
  const [temporary = '/tmp'] = (row.tmpdir ?? '').split(':');
  return [
    tables,
    { ...(await at(dirname(row.base))), what: 'the binary log', needed: bytes },
    {
      ...(await at(temporary)),
      what: 'temporary files of the binary log',
      needed: largest.reduce((sum, one) => sum + one, 0),
    },
  ];
}

async function liveBytes(connection: Connection, databases: readonly string[]): Promise<number> {
  if (databases.length === 0) return 0;
  const [row] = await connection.query<{ bytes: string | null }>(
    `SELECT CAST(SUM(DATA_LENGTH + INDEX_LENGTH + IF(ENGINE = 'InnoDB', 0, DATA_FREE)) AS CHAR) AS bytes
      FROM information_schema.TABLES WHERE TABLE_SCHEMA IN (?) AND TABLE_TYPE <> 'VIEW'`,
    [databases],
  );
  return Number(row?.bytes ?? 0);
}

/** Only a server on this machine shows its disk. */
async function freeBytes(
  server: MariadbServer,
  path: string,
): Promise<{ free: number | undefined; fileSystem?: string }> {
  const { address } = server;
  const local = 'socket' in address || ['localhost', '127.0.0.1', '::1'].includes(address.host);
  if (!local) return { free: undefined };
  try {
    const disk = await statfs(path);
    const { dev } = await stat(path, { bigint: true });
    return { free: disk.bavail * disk.bsize, fileSystem: String(dev) };
  } catch (error) {
    // A container's server names a folder that is not there, or closed, on this machine.
    if (systemErrorCode(error) === undefined) throw error;
    return { free: undefined };
  }
}
