import { closeSync, openSync } from 'node:fs';
import { LifeboatError, systemErrorCode } from './errors.ts';

/**
 * Takes a lock that is a file: an exclusive SQLite transaction, which the operating system frees the moment its
 * holder dies, also by kill -9. Undefined if somebody holds it, another part of this program too. Throws
 * `state-unusable` if the file cannot be used. Parents must exist.
 */
export async function lockFile(path: string): Promise<Disposable | undefined> {
  try {
    createPrivate(path);
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      throw error;
    }
    return { [Symbol.dispose]: () => database.close() };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (/database is (locked|busy)/i.test(reason)) return undefined;
    throw new LifeboatError('state-unusable', `cannot use the lock file ${path}: ${reason}`, {
      hint: 'the state folder must be writable for the user that runs lifeboat, and have room; a lock file that is damaged may be deleted',
      cause,
    });
  }
}

/**
 * SQLite would make the file readable for everyone, and who can read it can hold the lock: it is made private
 * first. One that exists is not opened for that: POSIX frees all of a program's locks on a file when the program
 * closes it anywhere, so a second run of this program would free the lock of the first. Both steps at once, so
 * that no other run of this program takes the lock between them.
 */
function createPrivate(path: string): void {
  try {
    closeSync(openSync(path, 'ax', 0o600));
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  }
}
