import type { BigIntStats } from 'node:fs';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { systemErrorCode } from '#platform/errors.ts';

/**
 * Other programs that have one of the files open, whatever name they opened it by: `name (process 123)`. Only
 * Linux tells, and only root sees everybody's; elsewhere the list is empty and SQLite's own locks are all
 * there is, which an idle program without WAL does not hold.
 */
export async function openedBy(paths: readonly string[]): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const files = new Set<string>();
  for (const path of paths) {
    const found = await ifAllowed(stat(path, { bigint: true }), undefined);
    if (found) files.add(identity(found));
  }
  if (files.size === 0) return [];
  const found: string[] = [];
  // A chroot or a rescue system need not have /proc mounted.
  for (const pid of await ifAllowed(readdir('/proc'), [])) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    if (await hasOpen(pid, files)) found.push(`${await nameOf(pid)} (process ${pid})`);
  }
  return found;
}

async function hasOpen(pid: string, files: ReadonlySet<string>): Promise<boolean> {
  for (const fd of await ifAllowed(readdir(`/proc/${pid}/fd`), [])) {
    const entry = `/proc/${pid}/fd/${fd}`;
    // Sockets and pipes have no path; they are passed over without a further look.
    if (!(await ifAllowed(readlink(entry), '')).startsWith('/')) continue;
    const opened = await ifAllowed(stat(entry, { bigint: true }), undefined);
    if (opened && files.has(identity(opened))) return true;
  }
  return false;
}

function identity({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

async function nameOf(pid: string): Promise<string> {
  return (await ifAllowed(readFile(`/proc/${pid}/comm`, 'utf8'), 'a program')).trim();
}

/** A process may end while it is looked at, and others' may not be looked at. */
async function ifAllowed<T>(reading: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (PASSED_OVER.includes(systemErrorCode(error) ?? '')) return otherwise;
    throw error;
  }
}

const PASSED_OVER = [
  'ENOENT',
  'ENOTDIR',
  'ESRCH',
  'EACCES',
  'EPERM',
  'EINVAL',
  'ENXIO',
  'ESTALE',
  'EIO',
  'ELOOP',
];
