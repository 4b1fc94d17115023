import type { Dir } from 'node:fs';
import { lstat, opendir, rename } from 'node:fs/promises';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { syncFolder } from '#platform/sync-folder.ts';
import { refuseBoth } from '../../exchange/refuse-both.ts';
import { RESERVED_PREFIX } from '../../exchange/staging-places.ts';
import { type BytePath, below, bytePath, joinBytes, showPath } from '../byte-path.ts';

/**
 * Moves every entry of a folder into another one on the same file system, each by a rename, and resolves when that
 * is on the disk. What is ours by its name stays, and so do the entries named in `staying`. May be cut off and
 * repeated. Throws `switch-failed`; an entry that is in both folders is never written over.
 */
export async function moveEntries(from: string, to: string, staying: readonly string[]): Promise<void> {
  const stay = new Set(staying.map(bytePath));
  for (const name of await entriesOf(from)) {
    if (name.startsWith(RESERVED_PREFIX) || stay.has(name)) continue;
    await moveEntry(from, to, joinBytes('.' as BytePath, name));
  }
  await syncFolder(to);
  await syncFolder(from);
}

/** All names first: what is moved while a folder is read may be passed over. */
async function entriesOf(folder: string): Promise<BytePath[]> {
  const names: BytePath[] = [];
  // The types of @types/node know no such encoding here; Node does.
  const opened: Dir = await opendir(folder, { encoding: 'latin1' as 'utf8', bufferSize: 512 });
  for await (const entry of opened) names.push(entry.name as BytePath);
  return names;
}

async function moveEntry(from: string, to: string, name: BytePath): Promise<void> {
  const [source, goal] = [below(from, name), below(to, name)];
  const shown = showPath(name);
  try {
    if (await isThere(goal)) throw refuseBoth(`${from}/${shown}`, `${to}/${shown}`);
    await rename(source, goal);
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === undefined) throw cause;
    throw new LifeboatError('switch-failed', `cannot rename ${from}/${shown} to ${to}/${shown}: ${code}`, {
      cause,
    });
  }
}

async function isThere(path: Buffer): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
