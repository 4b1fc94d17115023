import { LifeboatError } from '#platform/errors.ts';
import { isThere } from '../is-there.ts';
import type { PlaceState } from './place-state.ts';

/** Throws if what is to be deleted may be needed: neither state is live, or one is only in part (what `parts` names is there). */
export async function refuseHalfway(state: PlaceState, parts: readonly string[] = []): Promise<void> {
  const { live, staged, old } = state;
  let halfway = !(await isThere(live)) && (await isThere(staged)) && (await isThere(old));
  for (const part of parts) halfway ||= await isThere(part);
  if (!halfway) return;
  throw new LifeboatError(
    'target-unsuitable',
    `${live} is between two states, so neither can be deleted; nothing was changed`,
    { hint: 'run lifeboat-restore recover first' },
  );
}
