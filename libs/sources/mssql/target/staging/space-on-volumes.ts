import * as z from 'zod';
import type { TargetReport } from '../../../restore-target.ts';
import type { Connection } from '../../connection.ts';
import { parseRows, wholeNumber } from '../../parse-rows.ts';
import type { PlacedFile } from './place-files.ts';

const VOLUME = z.object({ mount: z.string(), free: wholeNumber });

/**
 * Needed and free bytes of the server's disks, as far as it tells: it knows those on which it has files already, and
 * the one whose mount point is the longest beginning of a new file's path is that file's.
 */
export async function spaceOnVolumes(
  connection: Connection,
  files: readonly PlacedFile[],
  signal: AbortSignal,
): Promise<TargetReport['space']> {
  const rows = await connection.ask(
    `SELECT DISTINCT v.volume_mount_point AS mount, v.available_bytes AS free
      FROM sys.master_files AS f CROSS APPLY sys.dm_os_volume_stats(f.database_id, f.file_id) AS v`,
    signal,
  );
  const { place } = connection;
  const volumes = parseRows(VOLUME, rows, { what: 'the list of its disks', place }).toSorted(
    (a, b) => b.mount.length - a.mount.length,
  );
  const byMount = Map.groupBy(files, ({ physicalName }) =>
    volumes.find(({ mount }) => physicalName.toLowerCase().startsWith(mount.toLowerCase())),
  );
  return [...byMount].map(([volume, placed]) => ({
    place: `${volume?.mount ?? 'a disk'} of ${place}`,
    needed: placed.reduce((sum, { bytes }) => sum + bytes, 0),
    free: volume?.free,
    ...(volume === undefined ? {} : { fileSystem: `mssql ${place} ${volume.mount}` }),
  }));
}
