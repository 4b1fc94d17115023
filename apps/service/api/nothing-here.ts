import { LifeboatError } from '#platform/errors.ts';

/** The same words for what is not there and for what is somebody else's, so that nobody learns which. */
export function nothingHere(): LifeboatError {
  return new LifeboatError('not-found', 'there is nothing at this address');
}
