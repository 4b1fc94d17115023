import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { openedBy } from '../opened-by.ts';
import { readHeader } from './read-header.ts';
import { isBusy } from './sqlite-error.ts';

const RETRY_MS = 50;

/**
 * Makes sure that no other program uses a database, and moves what its -wal or -journal holds into it, so that
 * the one file is all of it. Throws `target-in-use` if a program has it open or holds a lock on it, also one
 * that is idle: it would go on writing to the old state after a rename. Nothing was changed then.
 *
 * One that is empty, damaged or gone cannot be locked and is no reason to stop: it is left as it is, the
 * files beside it included, since SQLite would delete them when it is asked to open such a file.
 */
export async function takeOutOfUse(path: string, waitMs: number, signal: AbortSignal): Promise<void> {
  await refuseIfOpen(path, [path, `${path}-wal`]);
  if (!(await isLockable(path))) return;
  for (let waited = 0; ; waited += RETRY_MS) {
    signal.throwIfAborted();
    try {
      lockAndCheckpoint(path);
      return;
    } catch (error) {
      // Damage that only the opening showed.
      if (!isBusy(error)) return;
      if (waited >= waitMs) throw inUse(path, 'a program that holds a lock on it');
    }
    await wait(RETRY_MS);
  }
}

/** Throws `target-in-use` if another program has one of the files open. */
export async function refuseIfOpen(database: string, files: readonly string[]): Promise<void> {
  const users = await openedBy(files);
  if (users.length > 0) throw inUse(database, users.join(', '));
}

async function isLockable(path: string): Promise<boolean> {
  try {
    if ((await readHeader(path)) === undefined) return false;
    await access(path, constants.R_OK | constants.W_OK);
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'EIO' || code === 'EISDIR') return false;
    throw new LifeboatError(
      'target-unsuitable',
      `cannot lock the SQLite database ${path}: ${code ?? error}`,
      {
        hint: 'run as root or Administrator: without the right to write it nobody can tell whether it is in use',
        cause: error,
      },
    );
  }
}

/**
 * In WAL mode BEGIN EXCLUSIVE alone keeps out writers only; with this locking mode readers as well, idle ones
 * included. The lock ends before the renaming: SQLite deletes `<path>-wal` by its name when it closes.
 */
function lockAndCheckpoint(path: string): void {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

function inUse(path: string, by: string): LifeboatError {
  return new LifeboatError(
    'target-in-use',
    `the SQLite database ${path} is in use by ${by}; nothing was changed`,
    {
      hint: 'stop the system first, then restore again',
    },
  );
}
