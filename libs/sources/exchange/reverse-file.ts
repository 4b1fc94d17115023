import { isThere } from '../is-there.ts';
import { lookAtFile } from './look-at-file.ts';
import { type PlaceState, wayBack } from './place-state.ts';
import { requireAfter } from './require-after.ts';

/** The switch-over the other way round, as it has to be now. Throws `undo-impossible` unless it is as it was left. */
export async function reverseFile(state: PlaceState): Promise<PlaceState> {
  requireAfter(await lookAtFile(state), state);
  return { ...wayBack(state), outgoing: await isThere(state.live) };
}
