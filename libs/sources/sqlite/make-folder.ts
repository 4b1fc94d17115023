import { mkdir, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';
import { writeFailure } from '../write-failure.ts';
import { localOwner, type Owner, setOwner } from './ownership.ts';

/**
 * Makes a folder and its parents where they are missing; the folder itself gets its recorded owner, since
 * SQLite has to write there too. Dispose removes what was made, unless something lies in it by then.
 */
export async function makeFolder(folder: string, like: Owner | undefined): Promise<AsyncDisposable> {
  let topmost: string | undefined;
  try {
    topmost = await mkdir(folder, { recursive: true });
    if (topmost !== undefined && like) await setOwner(folder, await localOwner(like));
  } catch (error) {
    throw writeFailure(error, folder);
  }
  return {
    async [Symbol.asyncDispose]() {
      if (topmost !== undefined) await removeEmpty(folder, topmost);
    },
  };
}

async function removeEmpty(folder: string, topmost: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOENT') return;
    throw error;
  }
  if (folder !== topmost) await removeEmpty(dirname(folder), topmost);
}
