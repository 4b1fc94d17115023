import { LifeboatError } from '#platform/errors.ts';

/** Something came to be at a place while a switch-over stood still there: neither may be lost, and a person has to choose. */
export function refuseBoth(found: string, other: string): LifeboatError {
  return new LifeboatError('switch-failed', `both ${found} and ${other} exist, and neither may be lost`, {
    hint: `move ${found} elsewhere, then try again`,
  });
}
