import { chmod, mkdir, rmdir } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { syncFolder } from '#platform/sync-folder.ts';
import type { RestoreLog } from '#sources/restore-target.ts';
import { moveDurably } from '../../exchange/move-durably.ts';
import { refuseNeither } from '../../exchange/refuse-neither.ts';
import { isThere } from '../../is-there.ts';
import { setFolderAttributes } from './folder-attributes.ts';
import type { FolderState } from './folder-state.ts';
import { moveEntries } from './move-entries.ts';

/** Of a place whose entries are on their way: what is live belongs to it, wholly or in part. */
export function onItsWay(place: string): string {
  return `${place}.part`;
}

/**
 * The exchange of a folder that cannot be renamed itself (a mount point): its entries go into `old` and those of
 * `staged` come in, each by a rename. Both lie inside the folder, so on its file system. While a side's entries are on
 * their way its folder is called `.part`, which says at any moment whose the live ones are:
 *
 *   staged, no old     what was live is live; also with old.part, in part
 *   staged and old     nothing is live
 *   old, no staged     what was to come in is live; also with staged.part, in part
 */
export async function exchangeContents(state: FolderState, log: RestoreLog): Promise<void> {
  const { component, live, staged, old } = state;
  const staying = state.inside.filter((path) => !path.includes(sep));
  if (!(await isThere(staged)) && !(await isThere(onItsWay(staged)))) {
    if (!(await isThere(old)) && !(await isThere(onItsWay(old)))) throw refuseNeither(state);
    return;
  }
  if (await isThere(staged)) {
    if (!(await isThere(old))) await moveOut(state, staying, log);
    await moveDurably(staged, onItsWay(staged));
  }
  const what = `put what was staged of ${component} into ${live}`;
  await log.before({ what, goBack: BY_PROGRAM });
  await chmod(onItsWay(staged), 0o700);
  await moveEntries(onItsWay(staged), live, []);
  if (state.attributes) await setFolderAttributes(live, state.attributes.incoming);
  await rmdir(onItsWay(staged));
  if (state.attributes) await setFolderAttributes(live, state.attributes.incoming);
  await syncFolder(live);
  await log.done(what);
}

/** Entries have no single command that brings them back, and which of them have gone is seen by looking alone. */
const BY_PROGRAM = 'lifeboat-restore recover';

async function moveOut(state: FolderState, staying: readonly string[], log: RestoreLog): Promise<void> {
  const { component, live, old } = state;
  const what = `keep what is live of ${component} in ${old}`;
  await log.before({ what, goBack: BY_PROGRAM });
  await mkdir(onItsWay(old), { recursive: true, mode: 0o700 });
  await syncFolder(dirname(old));
  await moveEntries(live, onItsWay(old), staying);
  await moveDurably(onItsWay(old), old);
  await log.done(what);
}
