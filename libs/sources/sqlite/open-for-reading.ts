import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { isBusy, isRefused, sqliteError } from './sqlite-error.ts';

const LOCK_WAIT_MS = 15_000;
const RETRY_MS = 100;

/**
 * Opens a database that may be in use, inside a transaction that sees one state of it until it is closed. A
 * database in WAL mode is opened for writing where that is allowed, though nothing is written: SQLite then
 * tidies up after itself, whereas a reader leaves -wal and -shm of its own user behind, which can lock the
 * system's own user out. Throws `database-busy`, `database-right-missing`, `database-unsupported`.
 */
export async function openForReading(path: string, signal: AbortSignal): Promise<DatabaseSync> {
  const wal = await isInWalMode(path);
  for (let waited = 0; ; waited += RETRY_MS) {
    signal.throwIfAborted();
    try {
      return openEither(path, wal);
    } catch (error) {
      if (!isBusy(error) || waited >= LOCK_WAIT_MS) throw sqliteError(error, path);
    }
    await wait(RETRY_MS, undefined, { signal });
  }
}

function openEither(path: string, wal: boolean): DatabaseSync {
  try {
    return openAndBegin(path, !wal);
  } catch (error) {
    // A reader cannot roll back what a crash left; and who may not write can still read while others write.
    const readersLeaveNothing = !wal || (existsSync(`${path}-wal`) && existsSync(`${path}-shm`));
    if (!isRefused(error) || !readersLeaveNothing) throw error;
    return openAndBegin(path, wal);
  }
}

function openAndBegin(path: string, readOnly: boolean): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly, timeout: 0, allowExtension: false });
  try {
    database.exec('BEGIN');
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Bytes 18 and 19 of the header are 2 in WAL mode. */
export async function isInWalMode(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 18);
    return bytesRead === 2 && buffer[0] === 2 && buffer[1] === 2;
  } finally {
    await file.close();
  }
}
