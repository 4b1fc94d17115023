import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { syncFolder } from '#platform/sync-folder.ts';
import { reloadUnits } from './reload-units.ts';

/** Makes the files of a barrier, the marker first: without it the drop-ins keep nothing from starting. */
export async function raiseBarrier([marker, ...dropIns]: readonly string[]): Promise<void> {
  if (marker === undefined) return;
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
