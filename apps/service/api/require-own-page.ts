import { LifeboatError } from '#platform/errors.ts';
import type { Person } from '../access/who-asks.ts';

/** Throws `not-allowed` for a change that comes by a browser's cookie alone, as one from a foreign page does. */
export function requireOwnPage({ session }: Person, csrf: unknown): void {
  if (session === undefined || csrf === session.csrf) return;
  throw new LifeboatError('not-allowed', 'the request does not come from the page of this service', {
    hint: 'load the page again; other programs use a token',
  });
}
