import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';
import { mountPoints } from './mount-points.ts';

/** True for what the system does not rename: a file system of its own is mounted there. Nothing there is none. */
export async function isMountPoint(path: string): Promise<boolean> {
  try {
    const { dev } = await lstat(path);
    return dev !== (await lstat(dirname(path))).dev || (await mountPoints()).includes(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw error;
  }
}
