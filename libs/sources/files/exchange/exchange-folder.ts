import { lstat } from 'node:fs/promises';
import type { RestoreLog } from '#sources/restore-target.ts';
import { moveLogged } from '../../exchange/move-logged.ts';
import { refuseBoth } from '../../exchange/refuse-both.ts';
import { refuseNeither } from '../../exchange/refuse-neither.ts';
import { isThere } from '../../is-there.ts';
import { carryOver } from './carry-over.ts';
import { exchangeContents } from './exchange-contents.ts';
import type { FolderState } from './folder-state.ts';
import { reservedInside } from './reserved-inside.ts';

/**
 * Makes live what is to come in and keeps what was live, from wherever an exchange in either direction stopped: it
 * goes by what lies where. May be cut off and repeated. What belongs to the backup itself, and what restores staged
 * or kept inside the folder, is carried over. Throws `switch-failed`; nothing is ever written over.
 */
export async function exchangeFolder(
  state: FolderState,
  log: RestoreLog,
  signal: AbortSignal,
): Promise<void> {
  if (state.way === 'contents') await exchangeContents(state, log);
  else await exchangeByRename(state, log);
  if (await isThere(state.old)) await carry(state, log, signal);
}

async function exchangeByRename(state: FolderState, log: RestoreLog): Promise<void> {
  const { component, live, staged, old } = state;
  const comes = await isThere(staged);
  const isLive = await isThere(live);
  if (!comes && state.incoming) {
    if (!isLive) throw refuseNeither(state);
    return;
  }
  if (isLive) {
    if (await isThere(old)) {
      if (!comes) return;
      throw refuseBoth(live, old);
    }
    await moveLogged(log, live, old, `keep the ${component} that is live`);
  }
  if (comes) await moveLogged(log, staged, live, `put the other ${component} in its place`);
}

/** `inside` is what was known when it was prepared; what lies in the other state by its name may have come since. */
async function carry(state: FolderState, log: RestoreLog, signal: AbortSignal): Promise<void> {
  const { live, old, inside } = state;
  if (!(await lstat(old)).isDirectory()) return;
  const found = await reservedInside(old, signal);
  const all = [...inside, ...found.filter((path) => !inside.includes(path))];
  await carryOver(old, live, all, log);
}
