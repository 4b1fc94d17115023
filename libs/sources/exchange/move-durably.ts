import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { syncFolder } from '#platform/sync-folder.ts';

/** Renames and syncs the folders that change. Throws `switch-failed`. */
export async function moveDurably(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (cause) {
    const code = systemErrorCode(cause) ?? String(cause);
    throw new LifeboatError('switch-failed', `cannot rename ${from} to ${to}: ${code}`, {
      ...(HINTS[code] === undefined ? {} : { hint: HINTS[code] }),
      cause,
    });
  }
  await syncFolder(dirname(to));
  if (dirname(from) !== dirname(to)) await syncFolder(dirname(from));
}

const HINTS: Record<string, string> = {
  EBUSY: 'it is a mount point or in use: stop what uses it, or unmount it',
  EXDEV: 'both must lie on one file system; folders of a container image cannot be renamed',
  EACCES: 'run as root or Administrator',
  EPERM: 'run as root or Administrator; a file with the immutable flag cannot be renamed',
};
