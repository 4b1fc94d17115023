import { resolve } from 'node:path';
import { readKey } from './read-key.ts';
import type { FolderPath } from './settings.ts';

/**
 * The absolute path of a folder. BS-03: one that stands in a conf file of the system is read from there
 * each time, and is relative to the system's root unless it is absolute. Throws as readKey does.
 */
export async function resolveFolderPath(
  path: FolderPath,
  { root, signal }: { root: string; signal?: AbortSignal },
): Promise<string> {
  if (path.from === 'literal') return path.path;
  return resolve(root, await readKey(path.file, path.key, signal));
}
