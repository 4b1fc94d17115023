import { isThere } from '../is-there.ts';
import type { SwitchedTarget } from '../restore-target.ts';
import type { PlaceState } from './place-state.ts';

/** How far the renames at one place have come, by what lies where. */
export async function lookAtPlace({
  live,
  staged,
  old,
  incoming,
  outgoing,
}: PlaceState): ReturnType<SwitchedTarget['look']> {
  const [isLive, comes, kept] = [await isThere(live), await isThere(staged), await isThere(old)];
  if (!kept && comes === incoming && isLive === outgoing) return 'before';
  return !comes && kept === outgoing && isLive >= incoming ? 'after' : 'between';
}
