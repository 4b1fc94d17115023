import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(`${base}.sqlite`, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    throw await lockedError(cause, base, options.purpose);
  }
  await writeFileAtomic(
    `${base}.holder.json`,
    JSON.stringify({ purpose: options.purpose, process: process.pid, since: options.clock.now().toString() }),
  );
  return {
    purpose: options.purpose,
    async [Symbol.asyncDispose]() {
      database.close();
    },
  };
}

async function lockedError(cause: unknown, base: string, purpose: string): Promise<Error> {
  const locked = cause instanceof Error && /locked|busy/i.test(cause.message);
  if (!locked) {
    return new LifeboatError('state-unusable', `cannot use the lock file ${base}.sqlite: ${cause}`, {
      cause,
    });
  }
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
