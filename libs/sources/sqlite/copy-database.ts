import { open } from 'node:fs/promises';
import { backup } from 'node:sqlite';
import { openForReading } from './open-for-reading.ts';
import { sqliteError } from './sqlite-error.ts';

/** Pages copied before a Stop is looked at. */
const PAGES_AT_ONCE = 4096;

/**
 * Copies a database as it is at one point in time, what is still in its -wal included, while others go on
 * writing to it. The copy is private. Returns the journal mode of the original.
 *
 * The transaction that openForReading began is what makes it one point: without it each step would begin a
 * new one, and a writer between two steps makes SQLite start over, for ever beside a busy one.
 */
export async function copyDatabase(path: string, copy: string, signal: AbortSignal): Promise<string> {
  const database = await openForReading(path, signal);
  try {
    const mode = String(database.prepare('PRAGMA journal_mode').get()?.['journal_mode']);
    await (await open(copy, 'wx', 0o600)).close();
    await backup(database, copy, { rate: PAGES_AT_ONCE, progress: () => signal.throwIfAborted() });
    signal.throwIfAborted();
    return mode;
  } catch (error) {
    throw signal.aborted ? signal.reason : sqliteError(error, path);
  } finally {
    database.close();
  }
}
