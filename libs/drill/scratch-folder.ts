import { lstat, mkdir, readdir, rmdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { readIfThere } from '#platform/read-if-there.ts';
import { removeTree } from '#sources/remove-tree.ts';
import type { ScratchRecord } from './scratch-record.ts';

/** What lies in a drill's folder to say whose it is. */
const MARK = '.lifeboat-drill';
const FOLDER = /^lifeboat-drill-\d{8}T\d{6}Z-[0-9a-f]{6}$/;

/** Where a run's folder is. */
export function scratchFolderOf(inside: string, run: string): string {
  return join(inside, `lifeboat-drill-${run}`);
}

/** Makes it, private and marked as that drill's. One that is there already is nobody's to use. */
export async function makeScratchFolder(record: ScratchRecord): Promise<void> {
  try {
    await mkdir(record.folder, { mode: 0o700 });
    await writeFile(join(record.folder, MARK), markOf(record), { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    throw new LifeboatError(
      'target-unsuitable',
      `cannot make the scratch folder ${record.folder}: ${systemErrorCode(cause) ?? cause}`,
      { hint: 'name an existing, writable folder with "folder" in [drill]', cause },
    );
  }
}

/**
 * Removes it with all that is in it, if it says that it is that drill's; false if it was not there. The mark goes last,
 * so that a removal that was cut off can be done again. Throws `target-unsuitable` for what is not provably ours.
 */
export async function removeScratchFolder(record: ScratchRecord): Promise<boolean> {
  if (!(await isFolder(record.folder))) return false;
  const mark = await readIfThere(join(record.folder, MARK));
  if (!FOLDER.test(basename(record.folder)) || (mark ?? '') !== (mark === undefined ? '' : markOf(record))) {
    throw notOurs(record);
  }
  if (mark !== undefined) await emptyButMark(record.folder);
  await removeTree(join(record.folder, MARK));
  try {
    await rmdir(record.folder);
  } catch (cause) {
    // Killed before it was marked: then nothing is in it.
    if (systemErrorCode(cause) === 'ENOTEMPTY') throw notOurs(record);
    throw cause;
  }
  return true;
}

async function emptyButMark(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (name !== MARK) await removeTree(join(folder, name));
}

function markOf({ run, systemId }: ScratchRecord): string {
  return `scratch folder of the restore drill ${run} of system ${systemId}\n`;
}

function notOurs({ folder }: ScratchRecord): LifeboatError {
  return new LifeboatError('target-unsuitable', `${folder} does not say that it is a drill's`, {
    hint: 'nothing in it was removed; look at it, and remove it by hand',
  });
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
