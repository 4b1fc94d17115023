import { readdir, readFile, readlink } from 'node:fs/promises';
import { systemErrorCode } from '#platform/errors.ts';

/**
 * Other programs that have one of the files open: `name (process 123)`. Only Linux tells, and only root sees
 * everybody's; elsewhere, and in a rescue system without /proc, the list is empty and SQLite's own locks are all
 * there is.
 */
export async function openedBy(paths: readonly string[]): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const found: string[] = [];
  for (const pid of await ifAllowed(readdir('/proc'), [])) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    if (await hasOpen(pid, paths)) found.push(`${await nameOf(pid)} (process ${pid})`);
  }
  return found;
}

async function hasOpen(pid: string, paths: readonly string[]): Promise<boolean> {
  for (const fd of await ifAllowed(readdir(`/proc/${pid}/fd`), [])) {
    if (paths.includes(await ifAllowed(readlink(`/proc/${pid}/fd/${fd}`), ''))) return true;
  }
  return false;
}

async function nameOf(pid: string): Promise<string> {
  return (await ifAllowed(readFile(`/proc/${pid}/comm`, 'utf8'), 'a program')).trim();
}

/** A process may end while it is looked at, and others' may not be looked at. */
async function ifAllowed<T>(reading: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'EINVAL'].includes(systemErrorCode(error) ?? ''))
      return otherwise;
    throw error;
  }
}
