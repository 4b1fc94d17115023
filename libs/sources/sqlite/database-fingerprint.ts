import { hash } from 'node:crypto';
import { lstat, open, readFile } from 'node:fs/promises';
import { systemErrorCode } from '#platform/errors.ts';
import { stateFingerprint } from '../state-fingerprint.ts';

/** With the change counter that each writer counts up, where there is no write-ahead log. */
const HEADER = 100;
/** SQLite empties its log long before; a larger one belongs to a database that changes all the time. */
const LARGEST_LOG = 16 * 2 ** 20;

/**
 * Equal fingerprints prove an equal database (FD-21): the state of its file with the header, and the content of
 * the log beside it, whose times also a reader changes (SQLite sets its owner). To be asked for before the
 * database is read. Undefined where states prove nothing, or a file cannot be looked at.
 */
export async function databaseFingerprint(path: string, now: Temporal.Instant): Promise<string | undefined> {
  try {
    const state = await stateFingerprint(path, now);
    state.add('', await lstat(path, { bigint: true }), await headerOf(path));
    for (const ending of ['-wal', '-journal']) {
      const log = await logContent(path + ending);
      if (log === 'too large') return undefined;
      state.addFact(`${ending} ${log}`);
    }
    return state.value();
  } catch (error) {
    // Whatever is wrong with it, reading the database says so.
    if (systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}

async function headerOf(path: string): Promise<string> {
  await using file = await open(path, 'r');
  const { bytesRead, buffer } = await file.read(Buffer.alloc(HEADER), 0, HEADER, 0);
  return buffer.toString('hex', 0, bytesRead);
}

/** Its hash; one that is empty is as good as none. */
async function logContent(path: string): Promise<string> {
  try {
    const { size } = await lstat(path);
    if (size > LARGEST_LOG) return 'too large';
    return size === 0 ? 'none' : hash('sha256', await readFile(path));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return 'none';
    throw error;
  }
}
