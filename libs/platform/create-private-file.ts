import { closeSync, openSync } from 'node:fs';
import { systemErrorCode } from './errors.ts';

/**
 * Makes an empty file that only its owner can read, for SQLite, which would make it as the umask says. One that
 * exists is left as it is and not opened: POSIX frees all of a program's locks on a file when the program closes
 * it anywhere. Both steps at once, so that nothing of this program comes between them.
 */
export function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'ax', 0o600));
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  }
}
