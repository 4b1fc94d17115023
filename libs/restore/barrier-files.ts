import { join } from 'node:path';
import { restoresFolder } from './restores-folder.ts';

/**
 * The files that keep a system from starting at boot while a restore is open: a marker beside the log first, then for
 * each unit a drop-in whose condition is that there is no marker. On Windows, and where no unit is named, there are none.
 */
export function barrierFiles(
  { units, folder }: { units: readonly string[]; folder: string },
  { stateFolder, runId }: { stateFolder: string; runId: string },
): string[] {
  if (units.length === 0 || process.platform === 'win32') return [];
  return [
    join(restoresFolder(stateFolder), `${runId}.open`),
    ...units.map((unit) => join(folder, `${unit}.d`, '50-lifeboat-restore.conf')),
  ];
}
