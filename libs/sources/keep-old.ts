import { link } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';
import { syncFolder } from '#platform/sync-folder.ts';
import type { RestoreLog } from '#sources/source.ts';
import { goBackCommand } from './go-back-command.ts';
import { moveLogged } from './move-logged.ts';
import type { StagingPlaces } from './staging-places.ts';

/** Gives the live file a second name, so that it is never absent; renames it where there are no hard links. */
export async function keepOld(at: StagingPlaces, log: RestoreLog, component: string): Promise<void> {
  const what = `keep the old ${component}: ${at.live} also as ${at.old}`;
  await log.before({ what, goBack: goBackCommand(at.live, at.old) });
  try {
    await link(at.live, at.old);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw error;
    await moveLogged(log, at.live, at.old, `keep the old ${component}`);
    return;
  }
  await syncFolder(dirname(at.live));
  await log.done(what);
}
