import { rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';
import { DISABLED, openService } from '#platform/windows/open-service.ts';
import type { Barrier } from '../log/log-record.ts';
import { reloadUnits } from './reload-units.ts';

/**
 * Gives services their start type of before, unless somebody has given them another since; removes the files of a
 * barrier, and the folders made for them if nothing else lies there. May be repeated.
 */
export async function lowerBarrier({ files, services }: Barrier): Promise<void> {
  for (const { name, startType } of services) {
    using service = await openService(name);
    if (service?.startType() === DISABLED) service.setStartType(startType);
  }
  const [marker, ...dropIns] = files;
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
