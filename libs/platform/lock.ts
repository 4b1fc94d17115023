import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileAtomic } from './atomic-file.ts';
import type { Clock } from './clock.ts';
import { LifeboatError, systemErrorCode } from './errors.ts';
import { type LockPlace, lockBase } from './lock-base.ts';
import { lockFile } from './lock-file.ts';
import { messageOf } from './message-of.ts';

export interface Lock extends AsyncDisposable {
  /** What the holder does, for the one who finds the lock taken. */
  readonly purpose: string;
}

/**
 * The one lock of a system: backup, prune, delete and restore hold it for their whole time, in both
 * programs. The operating system frees it the moment its holder dies, also by kill -9; there is no stale lock
 * to clean up. Throws `system-locked` if it stays taken for half a second: whoever only looks who holds it does so for
 * an instant, too.
 */
export async function takeLock(options: LockPlace & { purpose: string; clock: Clock }): Promise<Lock> {
  const base = await lockBase(options);
  const held = await lockPatiently(`${base}.sqlite`);
  if (held === undefined) throw await lockedError(base, options.purpose);
  try {
    await writeHolder(`${base}.holder.json`, options);
  } catch (error) {
    held[Symbol.dispose]();
    throw error;
  }
  return {
    purpose: options.purpose,
    async [Symbol.asyncDispose]() {
      held[Symbol.dispose]();
    },
  };
}

const TRIES = 10;
const PAUSE_MS = 50;

async function lockPatiently(path: string): Promise<Disposable | undefined> {
  for (let tries = 1; tries < TRIES; tries += 1) {
    const held = await lockFile(path);
    if (held !== undefined) return held;
    await sleep(PAUSE_MS);
  }
  return await lockFile(path);
}

async function writeHolder(
  path: string,
  { purpose, clock }: { purpose: string; clock: Clock },
): Promise<void> {
  try {
    const holder = { purpose, process: process.pid, since: clock.now().toString() };
    await writeFileAtomic(path, JSON.stringify(holder));
  } catch (cause) {
    const reason = messageOf(cause);
    throw new LifeboatError('state-unusable', `cannot write ${path}, the note beside the lock: ${reason}`, {
      hint: 'the state folder must be writable for the user that runs lifeboat, and have room',
      cause,
    });
  }
}

async function lockedError(base: string, purpose: string): Promise<LifeboatError> {
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
