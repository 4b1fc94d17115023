import { join } from 'node:path';
import { LifeboatError } from '#platform/errors.ts';
import { openService } from '#platform/windows/open-service.ts';
import type { Barrier } from '../log/log-record.ts';
import { restoresFolder } from '../log/restores-folder.ts';
import type { KeepStopped } from '../transaction.ts';

/**
 * What keeps a system from starting while a restore is open. Linux: a marker beside the log, and for each unit a
 * drop-in whose condition is that there is no marker. Windows: services that are disabled, with the start type that
 * each has now. Changes nothing; throws `state-unusable` for a service that cannot be changed.
 */
export async function planBarrier(
  { units, services, folder }: KeepStopped,
  { stateFolder, runId }: { stateFolder: string; runId: string },
): Promise<Barrier> {
  if (process.platform === 'win32') {
    return { files: [], services: await Promise.all(services.map(startTypeNow)) };
  }
  if (units.length === 0) return { files: [], services: [] };
  return {
    files: [
      join(restoresFolder(stateFolder), `${runId}.open`),
      ...units.map((unit) => join(folder, `${unit}.d`, '50-lifeboat-restore.conf')),
    ],
    services: [],
  };
}

async function startTypeNow(name: string): Promise<Barrier['services'][number]> {
  using service = await openService(name);
  if (service === undefined) {
    throw new LifeboatError('state-unusable', `there is no service "${name}" on this machine`, {
      hint: 'correct "services" in [system] of sysbackup.conf: the names are those that `sc query` shows',
    });
  }
  return { name, startType: service.startType() };
}
