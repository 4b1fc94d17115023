import { join } from 'node:path';
import { goBackCommand, removeCommand } from '../exchange/go-back-command.ts';
import { lookAtPlace } from '../exchange/look-at-place.ts';
import { parseState } from '../exchange/parse-state.ts';
import { refuseHalfway } from '../exchange/refuse-halfway.ts';
import { requireAfter } from '../exchange/require-after.ts';
import { isThere } from '../is-there.ts';
import { removeTree } from '../remove-tree.ts';
import type { KeptState, SwitchedTarget, SwitchRecord } from '../restore-target.ts';
import { countFolder } from './count-folder.ts';
import { onItsWay } from './exchange/exchange-contents.ts';
import { exchangeFolder } from './exchange/exchange-folder.ts';
import { folderAttributes } from './exchange/folder-attributes.ts';
import { type FolderState, folderState, folderWayBack } from './exchange/folder-state.ts';
import { keepOwn } from './exchange/keep-own.ts';
import { placesInside } from './exchange/places-inside.ts';
import { noteList } from './note-list.ts';

/**
 * A folder that a restore was about to switch over, from its record alone. `neverInside`: absolute places that belong
 * to the backup itself as the conf has them now; those of the time of the record stand in it.
 */
export function switchedFolder(
  record: SwitchRecord,
  { neverInside = [] }: { neverInside?: readonly string[] } = {},
): SwitchedTarget {
  const state = parseState(folderState, record);
  return {
    id: record.target,
    look: () => look(state),
    goBack: (log, signal) => exchangeFolder(folderWayBack(state), log, signal),
    async reverse() {
      requireAfter(await look(state), state);
      return { ...record, state: await reversed(state, neverInside) };
    },
    async forget() {
      await refuseHalfway(state, [onItsWay(state.staged), onItsWay(state.old)]);
      await keepOwn(state, neverInside);
      for (const place of [state.staged, state.old]) await removeTree(place);
    },
    kept: async (signal) => [await keptOf(state, signal)],
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function look(state: FolderState): ReturnType<SwitchedTarget['look']> {
  const { staged, old, way } = state;
  if (way === 'rename') return await lookAtPlace(state);
  if ((await isThere(onItsWay(staged))) || (await isThere(onItsWay(old)))) return 'between';
  const [comes, kept] = [await isThere(staged), await isThere(old)];
  if (comes === kept) return 'between';
  return comes ? 'before' : 'after';
}

async function reversed(state: FolderState, neverInside: readonly string[]): Promise<FolderState> {
  const back = folderWayBack(state);
  const { live } = state;
  const inside = new Set([...state.inside, ...(await placesInside(live, neverInside))]);
  return {
    ...back,
    inside: [...inside],
    outgoing: await isThere(live),
    ...(back.attributes && {
      attributes: { ...back.attributes, outgoing: await folderAttributes(live) },
    }),
  };
}

async function keptOf(state: FolderState, signal: AbortSignal): Promise<KeptState> {
  const { component, live, staged, old, inside, way } = state;
  if (!(await isThere(old))) {
    return { component, place: `there was nothing at ${live}`, bytes: 0, goBack: [removeCommand(live)] };
  }
  const never = { size: 0, has: () => false };
  const { bytes } = await countFolder(old, { excluded: () => false, never, notes: noteList(), signal });
  if (way === 'contents') return { component, place: old, bytes, goBack: ['lifeboat-restore undo'] };
  const carried: string[] = [];
  for (const path of inside) {
    if (await isThere(join(live, path))) carried.push(goBackCommand(join(old, path), join(live, path)));
  }
  return {
    component,
    place: old,
    bytes,
    goBack: [...carried, goBackCommand(staged, live), goBackCommand(live, old)],
  };
}
