import { closeSync, fchownSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemErrorCode } from './errors.ts';
import { ownerForNew } from './owner-for-new.ts';

/**
 * Makes an empty file that only its owner can read, for SQLite, which would make it as the umask says. One that
 * exists is left as it is and not opened: POSIX frees all of a program's locks on a file when the program closes
 * it anywhere. All steps at once, so that nothing of this program comes between them.
 */
export function createPrivateFile(path: string): void {
  try {
    const owner = ownerForNew(dirname(path));
    const file = openSync(path, 'ax', 0o600);
    if (owner) fchownSync(file, owner.uid, owner.gid);
    closeSync(file);
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  }
}
