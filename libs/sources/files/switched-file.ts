import { lstat } from 'node:fs/promises';
import { exchangeFile } from '../exchange/exchange-file.ts';
import { goBackCommand, removeCommand } from '../exchange/go-back-command.ts';
import { lookAtFile } from '../exchange/look-at-file.ts';
import { parseState } from '../exchange/parse-state.ts';
import { type PlaceState, placeState, wayBack } from '../exchange/place-state.ts';
import { refuseHalfway } from '../exchange/refuse-halfway.ts';
import { reverseFile } from '../exchange/reverse-file.ts';
import { isThere } from '../is-there.ts';
import { removeTree } from '../remove-tree.ts';
import type { KeptState, SwitchedTarget, SwitchRecord } from '../restore-target.ts';

/** A file that a restore was about to switch over, from its record alone. */
export function switchedFile(record: SwitchRecord): SwitchedTarget {
  const state = parseState(placeState, record);
  return {
    id: record.target,
    look: () => lookAtFile(state),
    goBack: (log) => exchangeFile(wayBack(state), log),
    reverse: async () => ({ ...record, state: await reverseFile(state) }),
    async forget() {
      await refuseHalfway(state);
      for (const place of [state.staged, state.old]) await removeTree(place);
    },
    kept: async () => [await keptOf(state)],
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function keptOf({ component, live, old }: PlaceState): Promise<KeptState> {
  if (!(await isThere(old))) {
    return { component, place: `there was nothing at ${live}`, bytes: 0, goBack: [removeCommand(live)] };
  }
  const { size } = await lstat(old);
  return { component, place: old, bytes: size, goBack: [goBackCommand(live, old)] };
}
