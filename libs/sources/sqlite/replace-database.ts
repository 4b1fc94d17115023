import { lstat, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '#platform/sync-folder.ts';
import type { KeptState, RestoreLog } from '#sources/source.ts';
import { goBackCommand, removeFilesCommand } from '../go-back-command.ts';
import { isThere } from '../is-there.ts';
import { keepOld } from '../keep-old.ts';
import { moveDurably, moveLogged } from '../move-logged.ts';
import { removeTree } from '../remove-tree.ts';
import type { StagingPlaces } from '../staging-places.ts';
import { COMPANIONS, moveCompanions, removeDatabase } from './database-files.ts';

/**
 * Puts the staged database in the place of the live one, which is kept with its companions. They go first: no
 * -wal or -journal ever lies beside a file that it does not belong to. The file itself is exchanged by one
 * rename, so there is the old or the new one at any moment.
 */
export async function replaceDatabase(
  at: StagingPlaces,
  log: RestoreLog,
  component: string,
): Promise<KeptState> {
  const hadOld = await isThere(at.live);
  if (!hadOld) await writeFile(at.absent, '', { flag: 'wx', mode: 0o600 });
  const why = `keep the old ${component}`;
  await moveCompanions(at.live, at.old, { log, why });
  if (hadOld) await keepOld(at, log, component);
  const goBack = await waysBack(at, hadOld);
  await moveLogged(
    log,
    at.staged,
    at.live,
    `put the restored ${component} in its place`,
    goBack.join(' && '),
  );
  return { component, place: hadOld ? at.old : `there was nothing at ${at.live}`, goBack };
}

/** Brings back what replaceDatabase kept, however far it came; by what is on the disk, so that it may be called again. */
export async function putBack(at: StagingPlaces): Promise<void> {
  if (await isRestoredLive(at)) await moveCompanions(at.live, at.undone);
  if (await isThere(at.old)) {
    await moveDurably(at.old, at.live);
    // Two names of one file (the new one was not in its place yet): the rename left both.
    if (await isThere(at.old)) await unlink(at.old);
  } else if (await isThere(at.absent)) {
    await removeTree(at.live);
  }
  await moveCompanions(at.old, at.live);
  await removeTree(at.absent);
  await removeDatabase(at.undone);
  await syncFolder(dirname(at.live));
}

/** False also if nothing was switched over, or the switch-over did not come to the file itself. */
export async function isRestoredLive(at: StagingPlaces): Promise<boolean> {
  if (!(await isThere(at.live))) return false;
  if (!(await isThere(at.old))) return await isThere(at.absent);
  const live = await lstat(at.live, { bigint: true });
  const old = await lstat(at.old, { bigint: true });
  return live.ino !== old.ino || live.dev !== old.dev;
}

/** What the new file made beside itself must go first, or it would be replayed over the old one. */
async function waysBack(at: StagingPlaces, hadOld: boolean): Promise<string[]> {
  const beside = COMPANIONS.map((ending) => at.live + ending);
  const commands = hadOld
    ? [removeFilesCommand(beside), goBackCommand(at.live, at.old)]
    : [removeFilesCommand([at.live, ...beside])];
  for (const ending of COMPANIONS) {
    if (await isThere(at.old + ending)) commands.push(goBackCommand(at.live + ending, at.old + ending));
  }
  return commands;
}
