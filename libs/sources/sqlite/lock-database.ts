import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { LifeboatError } from '#platform/errors.ts';
import { openedBy } from './opened-by.ts';
import { isBusy, isRefused, sqliteError } from './sqlite-error.ts';

const LOCK_WAIT_MS = 3000;
const RETRY_MS = 100;

/** A live database that no other program has open, and cannot open until release. */
export interface LockedDatabase {
  release(): void;
}

/**
 * Locks a database against everybody and moves what is in its -wal into it. Throws `target-in-use` if another
 * program uses it, or has it open: it would go on writing to the old state. One that is damaged or cannot be
 * read any more cannot be locked either, and is no reason to stop: undefined then.
 */
export async function lockDatabase(path: string, signal: AbortSignal): Promise<LockedDatabase | undefined> {
  const users = await openedBy([path, `${path}-wal`]);
  if (users.length > 0) throw inUse(path, users.join(', '));
  for (let waited = 0; ; waited += RETRY_MS) {
    try {
      return lockOnce(path);
    } catch (error) {
      if (isRefused(error)) throw sqliteError(error, path);
      if (!isBusy(error)) return undefined;
      if (waited >= LOCK_WAIT_MS) throw inUse(path, 'a program that holds a lock on it');
    }
    await wait(RETRY_MS, undefined, { signal });
  }
}

function lockOnce(path: string): LockedDatabase {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // In WAL mode BEGIN EXCLUSIVE alone keeps out writers only; with this locking mode readers as well.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    throw error;
  }
}

function inUse(path: string, by: string): LifeboatError {
  return new LifeboatError('target-in-use', `the SQLite database ${path} is in use by ${by}`, {
    hint: 'stop the system first, then restore again',
  });
}
