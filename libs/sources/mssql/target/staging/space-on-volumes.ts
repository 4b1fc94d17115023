import * as z from 'zod';
import type { TargetReport } from '../../../restore-target.ts';
import type { Connection } from '../../connection.ts';
import { parseRows, wholeNumber } from '../../parse-rows.ts';
import type { PlacedFile } from './place-files.ts';

type OnVolume = Pick<PlacedFile, 'physicalName' | 'bytes'>;

const VOLUME = z.object({ mount: z.string(), free: wholeNumber });

/**
 * Needed and free bytes of the server's disks, as far as it tells: it knows those on which it has files already, and
 * the one whose mount point is the longest beginning of a new file's path is that file's. `going`: files that would
 * come free.
 */
export async function spaceOnVolumes(
  connection: Connection,
  { files, going }: { files: readonly PlacedFile[]; going: readonly OnVolume[] },
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
  const volumeOf = ({ physicalName }: OnVolume): z.infer<typeof VOLUME> | undefined =>
    volumes.find(({ mount }) => physicalName.toLowerCase().startsWith(mount.toLowerCase()));
  const sum = (list: readonly OnVolume[]): number => list.reduce((total, { bytes }) => total + bytes, 0);
  const byMount = Map.groupBy(files, volumeOf);
  const free = Map.groupBy(going, volumeOf);
  return [...byMount].map(([volume, placed]) => ({
    place: `${volume?.mount ?? 'a disk'} of ${place}`,
    needed: sum(placed),
    free: volume?.free,
    ...(volume === undefined ? {} : { fileSystem: `mssql ${place} ${volume.mount}` }),
    ...(volume === undefined || !free.has(volume) ? {} : { frees: sum(free.get(volume) ?? []) }),
  }));
}
