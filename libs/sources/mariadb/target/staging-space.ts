import { stat, statfs } from 'node:fs/promises';
import { systemErrorCode } from '#platform/errors.ts';
import type { ComponentRecord, TargetReport } from '../../source.ts';
import type { Connection, MariadbServer } from '../connect.ts';

/** Rows as text grow by about this in tables with their indexes. */
const SPACE_FACTOR = 1.5;

/** What staging databases needs on the server's disk; only a server on this machine shows how much is free. */
export async function stagingSpace(
  connection: Connection,
  server: MariadbServer,
  databases: readonly { record: ComponentRecord }[],
): Promise<TargetReport['space'][number]> {
  const [row] = await connection.query<{ datadir: string }>('SELECT @@datadir AS datadir');
  const datadir = row?.datadir ?? '';
  const bytes = databases.reduce((sum, { record }) => sum + record.bytes, 0);
  const needed = Math.ceil(bytes * SPACE_FACTOR);
  return { place: `${datadir} on ${connection.place}`, needed, ...(await freeBytes(server, datadir)) };
}

async function freeBytes(
  server: MariadbServer,
  datadir: string,
): Promise<{ free: number | undefined; fileSystem?: string }> {
  const { address } = server;
  const local = 'socket' in address || ['localhost', '127.0.0.1', '::1'].includes(address.host);
  if (!local) return { free: undefined };
  try {
    const disk = await statfs(datadir);
    const { dev } = await stat(datadir, { bigint: true });
    return { free: disk.bavail * disk.bsize, fileSystem: String(dev) };
  } catch (error) {
    // A container's server names a folder that is not there, or closed, on this machine.
    if (systemErrorCode(error) === undefined) throw error;
    return { free: undefined };
  }
}
