import { LifeboatError } from '#platform/errors.ts';
import type { PlaceState } from './place-state.ts';

/** Neither what is to come in nor anything live is there: a disk that is not mounted, or a folder moved by hand. */
export function refuseNeither({ component, live, staged }: PlaceState): LifeboatError {
  return new LifeboatError('switch-failed', `${component} is neither at ${live} nor at ${staged}`, {
    hint: 'look whether the disk is mounted; if something was moved by hand, move it back',
  });
}
