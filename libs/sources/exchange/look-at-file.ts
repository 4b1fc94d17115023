import type { SwitchedTarget } from '../restore-target.ts';
import { lookAtPlace } from './look-at-place.ts';
import type { PlaceState } from './place-state.ts';
import { sameFile } from './same-file.ts';

/** How far the exchange of a file has come: with two names of one file it stands in its middle. */
export async function lookAtFile(state: PlaceState): ReturnType<SwitchedTarget['look']> {
  const { live, staged, old } = state;
  const twice = (await sameFile(live, staged)) || (await sameFile(live, old));
  return twice ? 'between' : await lookAtPlace(state);
}
