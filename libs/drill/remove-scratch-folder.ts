import { lstat, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { namesIn } from '#platform/names-in.ts';
import { readIfThere } from '#platform/read-if-there.ts';
import { removeTree } from '#sources/remove-tree.ts';
import { MARK, markText } from './scratch-folder.ts';
import type { ScratchRecord } from './scratch-record.ts';

const FOLDER = /^lifeboat-drill-\d{8}T\d{6}Z-[0-9a-f]{6}$/;

/**
 * Removes a drill's folder with all that is in it, if it says that it is that drill's; false if it was not there. The
 * mark goes last, so that a removal that was cut off can be done again. Throws `target-unsuitable` for what is not
 * provably ours.
 */
export async function removeScratchFolder(record: ScratchRecord): Promise<boolean> {
  const { folder } = record;
  if (!(await isFolder(folder))) return false;
  const mark = await readIfThere(join(folder, MARK));
  // Killed before it was marked, it is empty; only then may the mark be missing.
  if (!FOLDER.test(basename(folder)) || (mark !== undefined && mark !== markText(record)))
    throw notOurs(record);
  if (mark !== undefined) {
    for (const name of await namesIn(folder)) if (name !== MARK) await removeTree(join(folder, name));
    await removeTree(join(folder, MARK));
  }
  try {
    await rmdir(folder);
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOTEMPTY') throw notOurs(record);
    throw cause;
  }
  return true;
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
