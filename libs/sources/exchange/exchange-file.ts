import { link, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';
import { syncFolder } from '#platform/sync-folder.ts';
import { isThere } from '../is-there.ts';
import type { RestoreLog } from '../restore-target.ts';
import { goBackCommand } from './go-back-command.ts';
import { moveLogged } from './move-logged.ts';
import type { PlaceState } from './place-state.ts';
import { refuseBoth } from './refuse-both.ts';
import { refuseNeither } from './refuse-neither.ts';
import { sameFile } from './same-file.ts';

/**
 * Makes live what is to come in and keeps what was live, from wherever an exchange in either direction stopped: it
 * goes by what lies where. Where there are hard links there is one of the two at any moment. May be cut off and
 * repeated. Throws `switch-failed`; nothing is ever written over but the second name of a file that is kept.
 */
export async function exchangeFile(state: PlaceState, log: RestoreLog): Promise<void> {
  const { component, live, staged, old } = state;
  if (!(await isThere(staged))) {
    const isLive = await isThere(live);
    if (state.incoming && !isLive) throw refuseNeither(state);
    const goes = !state.incoming && isLive && !(await isThere(old));
    if (goes) await moveLogged(log, live, old, `keep the ${component} that is live`);
    return;
  }
  if (await sameFile(live, staged)) {
    // It has come in already, and a way back that was cut off gave it its second name.
    await unlink(staged);
    await syncFolder(dirname(staged));
    return;
  }
  if ((await isThere(live)) && !(await sameFile(live, old))) await keep(state, log);
  await moveLogged(log, staged, live, `put the other ${component} in its place`, backFrom(state));
}

/** True if what is to come in is live, in full, or nothing is to come in and nothing is. */
export async function hasComeIn(state: PlaceState): Promise<boolean> {
  if (await isThere(state.staged)) return await sameFile(state.live, state.staged);
  return state.incoming || (await isThere(state.old)) || !(await isThere(state.live));
}

function backFrom({ live, staged, old, outgoing }: PlaceState): string {
  return outgoing ? goBackCommand(live, old) : goBackCommand(staged, live);
}

/** Gives the live file a second name, so that it is never absent; renames it where there are no hard links. */
async function keep({ component, live, old }: PlaceState, log: RestoreLog): Promise<void> {
  if (await isThere(old)) throw refuseBoth(live, old);
  const what = `keep the ${component} that is live: ${live} also as ${old}`;
  await log.before({ what, goBack: goBackCommand(live, old) });
  try {
    await link(live, old);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw error;
    await moveLogged(log, live, old, `keep the ${component} that is live`);
    return;
  }
  await syncFolder(dirname(live));
  await log.done(what);
}
