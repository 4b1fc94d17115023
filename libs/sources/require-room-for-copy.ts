import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { LifeboatError } from '#platform/errors.ts';

/** Throws `space-low` where the folder that `into` is to be made in has not so many bytes free. */
export async function requireRoomForCopy(into: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(join(into, '..'));
  const free = bavail * bsize;
  if (free >= needed) return;
  throw new LifeboatError(
    'space-low',
    `the raw files of damaged databases need ${needed} bytes at ${into}, ${free} are free; nothing was changed`,
    { hint: 'name a folder with more room by --safety' },
  );
}
