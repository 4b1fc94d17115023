import { readdir, readFile, readlink } from 'node:fs/promises';
import { systemErrorCode } from '#platform/errors.ts';

/**
 * Other programs of which one open entry passes: `name (process 123)`. `passes` gets the path that the system gives for
 * it, and a path by which it can be looked at. Only Linux tells, and only root sees everybody's; elsewhere the list is
 * empty.
 */
export async function programsThat(
  passes: (path: string, entry: string) => Promise<boolean>,
): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const found: string[] = [];
  // A chroot or a rescue system need not have /proc mounted.
  for (const pid of await ifAllowed(readdir('/proc'), [])) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    if (await hasOne(pid, passes)) found.push(`${await nameOf(pid)} (process ${pid})`);
  }
  return found;
}

async function hasOne(pid: string, passes: Parameters<typeof programsThat>[0]): Promise<boolean> {
  const open = await ifAllowed(readdir(`/proc/${pid}/fd`), []);
  for (const entry of ['cwd', ...open.map((fd) => `fd/${fd}`)].map((name) => `/proc/${pid}/${name}`)) {
    const path = await ifAllowed(readlink(entry), '');
    // Sockets and pipes have no path; they are passed over without a further look.
    if (path.startsWith('/') && (await ifAllowed(passes(path, entry), false))) return true;
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
