import { readdir } from 'node:fs/promises';
import { removeFile } from './remove-file.ts';
import type { Staging } from './staging.ts';

/**
 * Removes backup files of the same mark that a killed run left in the staging folder, and resolves with their names.
 * The caller holds the system's lock, so no run is using them. One that cannot be removed now is tried again next time.
 */
export async function sweepStaging(staging: Staging, mark: string): Promise<string[]> {
  const names = await readdir(staging.localFolder);
  const left = names.filter((name) => name.startsWith(`lifeboat-${mark}-`) && name.endsWith('.bak'));
  const removed = await Promise.allSettled(left.map((name) => removeFile(staging.here(name))));
  return left.filter((_, index) => removed[index]?.status === 'fulfilled');
}
