import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';

/** A folder by a path that goes on meaning that very folder. */
export interface PinnedFolder extends AsyncDisposable {
  readonly base: string;
}

/**
 * Holds a folder open, so that paths below `base` reach it even if somebody who may write to its parent
 * renames it away and puts a link in its place: what openat is for. Only Linux offers it by path;
 * elsewhere `base` is the path itself.
 */
export async function pinFolder(path: string): Promise<PinnedFolder> {
  if (process.platform === 'win32') return { base: path, [Symbol.asyncDispose]: async () => undefined };
  const folder = await open(path, 'r');
  const pinned = `/proc/self/fd/${folder.fd}`;
  return {
    base: process.platform === 'linux' && existsSync(pinned) ? pinned : path,
    [Symbol.asyncDispose]: () => folder.close(),
  };
}
