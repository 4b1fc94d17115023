import { lstat } from 'node:fs/promises';
import { systemErrorCode } from '#platform/errors.ts';

/** True for anything with this name, a symbolic link to nowhere included. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw error;
  }
}
