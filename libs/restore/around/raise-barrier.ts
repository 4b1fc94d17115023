import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { syncFolder } from '#platform/sync-folder.ts';
import { DISABLED, openService } from '#platform/windows/open-service.ts';
import type { Barrier } from '../log/log-record.ts';
import { reloadUnits } from './reload-units.ts';

/** Disables the services of a barrier and makes its files, the marker first: without it the drop-ins prevent nothing. */
export async function raiseBarrier({ files, services }: Barrier): Promise<void> {
  for (const { name } of services) {
    using service = await openService(name);
    service?.setStartType(DISABLED);
  }
  const [marker, ...dropIns] = files;
  if (marker !== undefined) await makeFiles(marker, dropIns);
}

async function makeFiles(marker: string, dropIns: readonly string[]): Promise<void> {
  try {
    await writeFile(marker, '', { mode: 0o600 });
    await syncFolder(dirname(marker));
    for (const path of dropIns) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, dropInText(marker), { mode: 0o644 });
      await syncFolder(dirname(path));
    }
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === undefined) throw cause;
    throw new LifeboatError(
      'state-unusable',
      `cannot keep the system from starting meanwhile (${code}: ${cause instanceof Error ? cause.message : cause}); nothing was changed`,
      { hint: 'run as root, or take "units" out of [system] in sysbackup.conf', cause },
    );
  }
  await reloadUnits(dropIns);
}

function dropInText(marker: string): string {
  return [
    '# Made by lifeboat-restore: the system must not start between two states.',
    '# It is removed when the restore has ended; if it has not: lifeboat-restore recover',
    '[Unit]',
    `ConditionPathExists=!${marker.replaceAll('%', '%%')}`,
    '',
  ].join('\n');
}
