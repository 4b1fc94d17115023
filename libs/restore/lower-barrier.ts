import { rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';
import { reloadUnits } from './reload-units.ts';

/** Removes the files of a barrier, and the folders made for them if nothing else lies there. May be repeated. */
export async function lowerBarrier([marker, ...dropIns]: readonly string[]): Promise<void> {
  if (marker === undefined) return;
  await rm(marker, { force: true });
  for (const path of dropIns) {
    await rm(path, { force: true });
    await removeIfEmpty(dirname(path));
  }
  await reloadUnits(dropIns);
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(systemErrorCode(error) ?? '')) throw error;
  }
}
