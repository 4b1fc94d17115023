import { link, rename, rm } from 'node:fs/promises';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { isThere } from '#sources/is-there.ts';

/**
 * Gives a file a name that no file has. rename() replaces what has the new name; a second name for the file does
 * not, where the file system has that. Throws `write-failed` if the name exists.
 */
export async function renameToNew(path: string, final: string): Promise<void> {
  try {
    await link(path, final);
  } catch (error) {
    const taken = systemErrorCode(error) === 'EEXIST' || (await isThere(final));
    if (!taken) return await rename(path, final);
    throw new LifeboatError('write-failed', `${final} exists already and is never overwritten`);
  }
  await rm(path);
}
