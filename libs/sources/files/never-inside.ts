import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';

/** Files and folders told apart by device and inode, so that another spelling or a link to them changes nothing. */
export interface PlaceSet {
  readonly size: number;
  has(entry: { dev: bigint; ino: bigint }): boolean;
}

/** The places that exist now; one that does not cannot be met while reading. Throws `read-failed`. */
export async function findPlaces(paths: readonly string[], signal: AbortSignal): Promise<PlaceSet> {
  const keys = new Set<string>();
  for (const path of paths) {
    signal.throwIfAborted();
    const found = await statIfThere(path);
    if (found) keys.add(keyOf(found));
  }
  return { size: keys.size, has: (entry) => keys.size > 0 && keys.has(keyOf(entry)) };
}

/** True if the path is one of the places or lies in one. */
export async function liesIn(path: string, places: PlaceSet): Promise<boolean> {
  let folder = await realpath(path);
  for (;;) {
    const found = await statIfThere(folder);
    if (found && places.has(found)) return true;
    const parent = dirname(folder);
    if (parent === folder) return false;
    folder = parent;
  }
}

function keyOf({ dev, ino }: { dev: bigint; ino: bigint }): string {
  return `${dev}:${ino}`;
}

async function statIfThere(path: string): Promise<{ dev: bigint; ino: bigint } | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new LifeboatError(
      'read-failed',
      `cannot look at ${path}, which must stay out of every set: ${code}`,
      {
        cause,
      },
    );
  }
}
