import { lstat, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative, sep } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { resolveFolderPath } from '#settings/resolve-folder-path.ts';
import type { FolderSettings, Settings } from '#settings/settings.ts';

/**
 * Everything that is read of a tenant lies in its root, after links are followed: what the tenant can write there
 * leads no backup of it to another tenant's files, nor to any other. What does not exist is another's to report.
 * Looked at right before it is read; whoever can swap files meanwhile needs walls of the operating system. Throws
 * `not-allowed` with the first that leads out.
 */
export async function requireInside({ system, ...settings }: Settings): Promise<void> {
  const { root, version } = system;
  const real = await realpath(root);
  const files = settings.files.map(({ path }) => path);
  const databases = settings.sqlite.flatMap(({ path }) => [path, ...companionsOf(path)]);
  const folders = await Promise.all(settings.folders.map((folder) => placesOf(folder, root)));
  const said = version.from === 'literal' ? [] : [version.file];
  for (const path of [...databases, ...folders.flat(), ...files, ...said]) {
    const end = await endOf(path);
    if (end === undefined || !isInside(end, real)) throw leadsOut(path, end, root);
  }
}

function companionsOf(database: string): string[] {
  return ['-wal', '-shm', '-journal'].map((ending) => database + ending);
}

/** A conf file of the tenant's that names a folder is read, too. One that does not name any is another's to report. */
async function placesOf({ path }: FolderSettings, root: string): Promise<string[]> {
  if (path.from === 'literal') return [path.path];
  try {
    return [path.file, await resolveFolderPath(path, { root })];
  } catch (error) {
    if (error instanceof LifeboatError) return [path.file];
    throw error;
  }
}

/**
 * Where a path ends; of one that does not exist, where it would. Undefined for a link to what does not exist, which
 * may lead anywhere by the time it is read.
 */
async function endOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined || !['ENOENT', 'ENOTDIR', 'ELOOP'].includes(code)) throw error;
    if (code === 'ELOOP' || (await isThere(path))) return undefined;
    return path === dirname(path) ? path : await endOf(dirname(path));
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return false;
    throw error;
  }
}

function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function leadsOut(path: string, end: string | undefined, root: string): LifeboatError {
  return new LifeboatError('not-allowed', `${path} leads out of the tenant's root ${root}`, {
    hint: `it ${end === undefined ? 'is a link to nothing' : `ends at ${end}`}; a backup of a tenant holds nothing but what lies in its own folder`,
  });
}
