import { LifeboatError } from '#platform/errors.ts';
import { hashPassword } from './hash-password.ts';
import type { Account } from './open-access-store.ts';
import { requirePatience } from './require-patience.ts';
import { secretHash } from './secret-hash.ts';
import type { SignedIn, SignInParts } from './sign-in.ts';

const SHORTEST_PASSWORD = 10;

/**
 * Sets a password by a one-time code and signs in: of the account that the code was made for, or of a first
 * administrator of this name. Throws `sign-in-refused` for a code that is wrong, used or too old, `usage` for a name
 * or password that will not do (the code stays good), `too-many-tries`.
 */
export async function redeemCode(
  { store, sessions, limit, clock }: SignInParts,
  given: { code: string; name: string; password: string; address: string },
): Promise<SignedIn> {
  const key = `code from ${given.address}`;
  requirePatience(limit, [key]);
  requireGood(given);
  const password = await hashPassword(given.password);
  limit.failed(key);
  const code = store.takeCode(secretHash(given.code.trim().toLowerCase()));
  const isOver =
    code !== undefined && Temporal.Instant.compare(clock.now(), Temporal.Instant.from(code.expiresAt)) > 0;
  if (code === undefined || isOver || (code.account !== null && code.account !== given.name)) {
    throw new LifeboatError('sign-in-refused', 'the code is wrong, was used already, or is too old', {
      hint: 'make a new one on the server, as root or Administrator: lifeboat sign-in code',
    });
  }
  limit.succeeded(key);
  const known = store.account(given.name);
  const account: Account = known
    ? { ...known, password }
    : { name: given.name, role: 'administrator', tenant: null, password };
  store.saveAccount(account);
  sessions.endAllOf(account.name);
  return { account, ...sessions.begin(account.name) };
}

function requireGood({ name, password }: { name: string; password: string }): void {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._@ -]{0,63}$/u.test(name)) {
    throw new LifeboatError('usage', 'a name has 1 to 64 letters, digits, spaces and . _ @ -');
  }
  if ([...password].length < SHORTEST_PASSWORD) {
    throw new LifeboatError('usage', `a password has at least ${SHORTEST_PASSWORD} characters`);
  }
}
