import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { writeFileAtomic } from './atomic-file.ts';
import type { Clock } from './clock.ts';
import { LifeboatError, systemErrorCode } from './errors.ts';
import { privateFolder } from './private-folder.ts';

export interface Lock extends AsyncDisposable {
  /** What the holder does, for the one who finds the lock taken. */
  readonly purpose: string;
}

/**
 * The one lock of a system: backup, prune, delete and restore hold it for their whole time, in both
 * programs. It is an exclusive SQLite transaction, so the operating system frees it the moment its holder
 * dies, also by kill -9; there is no stale lock to clean up. Throws `system-locked` at once if it is taken.
 * The system's id is used as a file name: conf and manifest allow letters, digits and dashes only.
 */
export async function takeLock(options: {
  stateFolder: string;
  systemId: string;
  purpose: string;
  clock: Clock;
}): Promise<Lock> {
  const folder = await privateFolder(join(options.stateFolder, 'locks'));
  const base = join(folder, options.systemId);
  const database = await openLockFile(`${base}.sqlite`);
  try {
    database.exec('BEGIN EXCLUSIVE');
    await writeFileAtomic(
      `${base}.holder.json`,
      JSON.stringify({
        purpose: options.purpose,
        process: process.pid,
        since: options.clock.now().toString(),
      }),
    );
  } catch (cause) {
    database.close();
    throw await lockedError(cause, base, options.purpose);
  }
  return {
    purpose: options.purpose,
    async [Symbol.asyncDispose]() {
      database.close();
    },
  };
}

/** SQLite would make the file readable for everyone, and who can read it can hold the lock: it is made private first. */
async function openLockFile(path: string): Promise<DatabaseSync> {
  try {
    await (await open(path, 'a', 0o600)).close();
    const { DatabaseSync } = await import('node:sqlite');
    return new DatabaseSync(path, { timeout: 0 });
  } catch (cause) {
    throw unusable(path, cause);
  }
}

function unusable(path: string, cause: unknown): LifeboatError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LifeboatError('state-unusable', `cannot use the lock file ${path}: ${reason}`, {
    hint: 'the state folder must be writable for the user that runs lifeboat, and have room; a lock file that is damaged may be deleted',
    cause,
  });
}

async function lockedError(cause: unknown, base: string, purpose: string): Promise<LifeboatError> {
  const locked = cause instanceof Error && /database is (locked|busy)/i.test(cause.message);
  if (!locked) return unusable(`${base}.sqlite`, cause);
  const holder = await readHolder(`${base}.holder.json`);
  return new LifeboatError('system-locked', `cannot start ${purpose}: ${holder}; nothing was changed`, {
    hint: 'wait until it has ended, then try again',
  });
}

/** The note beside the lock is for the message only; a lock without one is still a lock. */
async function readHolder(path: string): Promise<string> {
  try {
    const holder = JSON.parse(await readFile(path, 'utf8'));
    return `${holder.purpose} has been running since ${holder.since} (process ${holder.process})`;
  } catch (error) {
    return `another run holds the lock of this system (${systemErrorCode(error) ?? 'holder unknown'})`;
  }
}
