import { open, truncate } from 'node:fs/promises';
import { backup, type DatabaseSync } from 'node:sqlite';
import type { Clock } from '#platform/clock.ts';
import { openForReading } from './open-for-reading.ts';
import { sqliteError } from './sqlite-error.ts';

/** Bytes copied before a Stop is looked at. */
const STEP = 16 * 2 ** 20;

export interface CopyOptions {
  /** How long to wait for another program's lock, in milliseconds. */
  waitMs: number;
  clock: Clock;
}

export interface CopiedDatabase {
  /** The point that the copy stands for. */
  takenAt: Temporal.Instant;
  /** Milliseconds until the lock was had, and then until the copy was complete. */
  waited: number;
  held: number;
}

/**
 * Copies a database as it is at one point in time, what is still in its -wal included, while others go on
 * writing to it. The copy is private. Page for page: the journal mode in its header is the original's.
 *
 * The transaction that openForReading began is what makes it one point: without it each step would begin a
 * new one, and a writer between two steps makes SQLite start over, for ever beside a busy one.
 */
export async function copyDatabase(
  path: string,
  copy: string,
  { waitMs, clock }: CopyOptions,
  signal: AbortSignal,
): Promise<CopiedDatabase> {
  const asked = clock.elapsed();
  const database = await openForReading(path, waitMs, signal);
  try {
    const takenAt = clock.now();
    const locked = clock.elapsed();
    await (await open(copy, 'wx', 0o600)).close();
    await copyPages(database, copy, signal);
    return { takenAt, waited: locked - asked, held: clock.elapsed() - locked };
  } catch (error) {
    signal.throwIfAborted();
    throw sqliteError(error, path);
  } finally {
    database.close();
  }
}

/** The last step also waits until the disk has the whole copy: a Stop makes it empty, so that there is nothing to wait for. */
async function copyPages(database: DatabaseSync, copy: string, signal: AbortSignal): Promise<void> {
  const rate = Math.floor(STEP / Number(database.prepare('PRAGMA page_size').get()?.['page_size']));
  let emptied: Promise<void> | undefined;
  const empty = (): void => {
    emptied = truncate(copy);
    // It is awaited below, whatever becomes of the copying.
    emptied.catch(() => undefined);
  };
  signal.addEventListener('abort', empty, { once: true });
  try {
    signal.throwIfAborted();
    await backup(database, copy, { rate, progress: () => signal.throwIfAborted() });
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', empty);
    await emptied;
  }
}
