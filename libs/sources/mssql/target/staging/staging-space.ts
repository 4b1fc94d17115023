import { stat, statfs } from 'node:fs/promises';
import { systemErrorCode } from '#platform/errors.ts';
import type { TargetReport } from '../../../restore-target.ts';
import type { Staging } from '../../staging.ts';

/** One backup file lies there at a time. */
export async function stagingSpace(
  { localFolder }: Pick<Staging, 'localFolder'>,
  needed: number,
): Promise<TargetReport['space'][number]> {
  try {
    const { bavail, bsize } = await statfs(localFolder);
    const { dev } = await stat(localFolder, { bigint: true });
    return { place: localFolder, needed, free: bavail * bsize, fileSystem: String(dev) };
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return { place: localFolder, needed, free: undefined };
  }
}
