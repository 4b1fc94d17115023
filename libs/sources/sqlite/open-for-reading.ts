import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { systemErrorCode } from '#platform/errors.ts';
import { readHeader } from './read-header.ts';
import { isBusy, isRefused, sqliteError } from './sqlite-error.ts';

/** SQLite's own wait would stop the whole program meanwhile, which may have other databases to save. */
const BUSY_TIMEOUT_MS = 0;
/** Often at first, when a writer is between two commits; a lock that stays is looked at less often. */
const RETRY_MS = 15;
const LONGEST_RETRY_MS = 100;

/**
 * Opens a database that may be in use, inside a transaction that sees one state of it until it is closed.
 * Read-only where that leaves nothing behind. An idle database in WAL mode is opened for writing, though
 * nothing is written: SQLite then removes the -wal and -shm that it has to make, whereas a reader would leave
 * files of its own user there, which can lock the system's own user out. So is one that a crash left in the
 * middle of a transaction: it is rolled back, as its own program would do first of all.
 * Throws `database-busy`, `database-right-missing`, `database-unsupported`, `database-failed`.
 */
export async function openForReading(
  path: string,
  waitMs: number,
  signal: AbortSignal,
): Promise<DatabaseSync> {
  const ways = await waysToOpen(path);
  for (let waited = 0, pause = RETRY_MS; ; waited += pause) {
    signal.throwIfAborted();
    try {
      return openInOneWay(path, ways);
    } catch (error) {
      if (!isBusy(error) || waited >= waitMs) throw sqliteError(error, path);
    }
    pause = Math.min(RETRY_MS + waited / 20, LONGEST_RETRY_MS);
    await wait(pause);
  }
}

type Way = 'read' | 'write';

/** The first that is allowed; none of them leaves anything behind. */
async function waysToOpen(path: string): Promise<Way[]> {
  const wal = (await readHeader(path))?.wal === true;
  const readersLeaveNothing = !wal || (existsSync(`${path}-wal`) && existsSync(`${path}-shm`));
  // Without this right SQLite would open it as a reader without a word.
  const writable = await mayWrite(path);
  const ways: Way[] = [
    ...(readersLeaveNothing ? ['read' as const] : []),
    ...(writable ? ['write' as const] : []),
  ];
  return ways;
}

/** Tried, not asked for: what access() answers is meant for the user who started the program. */
export async function mayWrite(path: string): Promise<boolean> {
  try {
    await (await open(path, 'r+')).close();
    return true;
  } catch (error) {
    // Whatever the reason is, it is the same for SQLite.
    if (systemErrorCode(error) === undefined) throw error;
    return false;
  }
}

function openInOneWay(path: string, [first, ...others]: Way[]): DatabaseSync {
  if (first === undefined) {
    throw Object.assign(new Error('in WAL mode, not in use, and only readable'), { errcode: READ_ONLY });
  }
  try {
    return openAndBegin(path, first);
  } catch (error) {
    if (!isRefused(error) || others.length === 0) throw error;
    return openInOneWay(path, others);
  }
}

/** SQLITE_READONLY. */
const READ_ONLY = 8;

function openAndBegin(path: string, way: Way): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: way === 'read', timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec('BEGIN');
    // Takes the lock and fixes the state. Reads no schema: a malformed one must not hinder the copy.
    database.prepare('PRAGMA user_version').get();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
