import { LifeboatError } from '#platform/errors.ts';
import { isOfSystem, listRestoreLogs } from './log/list-restore-logs.ts';

/**
 * Throws `restore-open` while a restore of the system, or its undo, was begun and has not ended: what is live may be
 * half of one state and half of another. To be asked under the system's lock: then whatever is open was cut off.
 */
export async function refuseOpenRestore(stateFolder: string, systemId: string): Promise<void> {
  const { logs, damaged } = await listRestoreLogs(stateFolder);
  const [bad] = damaged;
  if (bad !== undefined) {
    throw new LifeboatError(
      'restore-open',
      `nobody knows whether a restore of this system has ended: ${bad.message}`,
      bad.hint === undefined ? {} : { hint: bad.hint },
    );
  }
  const open = logs.find((log) => log.ended === undefined && isOfSystem(log, systemId));
  if (open === undefined) return;
  throw new LifeboatError(
    'restore-open',
    `the ${open.begin.operation} ${open.run} of ${open.startedAt} was cut off and has not ended; nothing was changed`,
    { hint: 'run lifeboat-restore recover: it ends in the old state or in the new one, and says in which' },
  );
}
