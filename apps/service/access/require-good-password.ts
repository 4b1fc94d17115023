import { LifeboatError } from '#platform/errors.ts';

const SHORTEST = 10;

/** Throws `usage` for a password that is too short. */
export function requireGoodPassword(password: string): void {
  if ([...password].length >= SHORTEST) return;
  throw new LifeboatError('usage', `a password has at least ${SHORTEST} characters`);
}
