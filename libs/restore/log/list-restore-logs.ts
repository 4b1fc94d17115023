import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { type RestoreLogContent, readRestoreLog } from './read-restore-log.ts';
import { restoresFolder } from './restores-folder.ts';

/** A log of which something was begun. */
export type BegunLog = RestoreLogContent & {
  begin: NonNullable<RestoreLogContent['begin']>;
  startedAt: string;
};

/**
 * Every restore and undo of a state folder, the oldest first, and the errors of those that cannot be read. A log
 * whose first record did not come to the disk is none: nothing was begun.
 */
export async function listRestoreLogs(
  stateFolder: string,
): Promise<{ logs: BegunLog[]; damaged: LifeboatError[] }> {
  const folder = restoresFolder(stateFolder);
  const logs: BegunLog[] = [];
  const damaged: LifeboatError[] = [];
  for (const name of await namesIn(folder)) {
    if (!name.endsWith('.ndjson')) continue;
    try {
      const log = await readRestoreLog(join(folder, name));
      if (isBegun(log)) logs.push(log);
    } catch (error) {
      if (!(error instanceof LifeboatError) || error.code !== 'restore-log-damaged') throw error;
      damaged.push(error);
    }
  }
  return { logs: logs.sort((a, b) => (order(a) < order(b) ? -1 : 1)), damaged };
}

/** True if a log is about a system, be it the archive's or the one installed where it was restored. */
export function isOfSystem({ begin }: BegunLog, systemId: string): boolean {
  return begin.system.id === systemId || begin.alsoLocked.includes(systemId);
}

function isBegun(log: RestoreLogContent): log is BegunLog {
  return log.begin !== undefined && log.startedAt !== undefined;
}

function order({ startedAt, run }: BegunLog): string {
  return `${startedAt} ${run}`;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new LifeboatError('state-unusable', `cannot read the folder ${folder}: ${code ?? cause}`, {
      hint: 'run as root or Administrator',
      cause,
    });
  }
}
