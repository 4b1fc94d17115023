import { lstat, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';

const MOST_LINKS = 40;

/**
 * Where a configured path really lies: symbolic links on the way and at its end are followed, whether or not
 * anything is there. A restore renames at that place, and the link stays a link.
 */
export async function resolvePlace(path: string): Promise<string> {
  let place = resolve(path);
  for (let links = 0; links < MOST_LINKS; links += 1) {
    place = join(await resolveExisting(dirname(place)), basename(place));
    const target = await linkTarget(place);
    if (target === undefined) return place;
    place = resolve(dirname(place), target);
  }
  throw new LifeboatError(
    'target-unsuitable',
    `${path} leads from one symbolic link to the next without end`,
  );
}

/** The real path of the part that exists, with the rest as it is. */
async function resolveExisting(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    const parent = dirname(folder);
    if (systemErrorCode(error) !== 'ENOENT' || parent === folder) throw error;
    return join(await resolveExisting(parent), basename(folder));
  }
}

async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return (await lstat(path)).isSymbolicLink() ? await readlink(path) : undefined;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
