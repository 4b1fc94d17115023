import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';

/**
 * Those of the places that lie below a folder, as paths below it, outermost only. A place that is not there is
 * taken by its name: it may have been moved away with the folder's old state.
 */
export async function placesInside(folder: string, places: readonly string[]): Promise<string[]> {
  const inside = new Set<string>();
  for (const place of places) {
    const below = relative(folder, await realIfThere(place));
    if (below === '' || below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below)) continue;
    inside.add(below);
  }
  const all = [...inside];
  return all.filter((one) => !all.some((other) => other !== one && one.startsWith(`${other}${sep}`)));
}

async function realIfThere(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return path;
    throw error;
  }
}
