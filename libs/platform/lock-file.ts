import { createPrivateFile } from './create-private-file.ts';
import { LifeboatError } from './errors.ts';
import { messageOf } from './message-of.ts';

/**
 * Takes a lock that is a file: an exclusive SQLite transaction, which the operating system frees the moment its
 * holder dies, also by kill -9. Undefined if somebody holds it, another part of this program too. Throws
 * `state-unusable` if the file cannot be used. Parents must exist.
 */
export async function lockFile(path: string): Promise<Disposable | undefined> {
  try {
    // Who can read it can hold the lock.
    createPrivateFile(path);
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
    const reason = messageOf(cause);
    if (/database is (locked|busy)/i.test(reason)) return undefined;
    throw new LifeboatError('state-unusable', `cannot use the lock file ${path}: ${reason}`, {
      hint: 'the state folder must be writable for the user that runs lifeboat, and have room; a lock file that is damaged may be deleted',
      cause,
    });
  }
}
