import { LifeboatError } from '#platform/errors.ts';
import { hashPassword } from './hash-password.ts';
import type { AccessStore, Account, Code } from './open-access-store.ts';
import { requireGoodPassword } from './require-good-password.ts';
import { requirePatience } from './require-patience.ts';
import { secretHash } from './secret-hash.ts';
import type { SignedIn, SignInParts } from './sign-in.ts';

/**
 * Sets a password by a one-time code and signs in: of the account that the code was made for, or of an administrator
 * of this name. `tenant`: at whose address the code was typed; one that was made for another tenant is none there.
 * Throws `sign-in-refused` for a code that is wrong, used or too old, `usage` for a name or password that will not
 * do (the code stays good), `too-many-tries`.
 */
export async function redeemCode(
  { store, sessions, limit, clock }: SignInParts,
  given: { code: string; name: string; password: string; address: string; tenant: string | null },
): Promise<SignedIn> {
  const key = `code from ${given.address}`;
  requirePatience(limit, [key]);
  requireGoodName(given.name);
  requireGoodPassword(given.password);
  const password = await hashPassword(given.password);
  limit.failed(key);
  const code = store.takeCode(secretHash(given.code.trim().toLowerCase()), given.tenant);
  const isOver =
    code !== undefined && Temporal.Instant.compare(clock.now(), Temporal.Instant.from(code.expiresAt)) > 0;
  const owner = code === undefined || isOver ? undefined : ownerOf(store, code, given.name);
  if (owner === undefined) {
    throw new LifeboatError('sign-in-refused', 'the code is wrong, was used already, or is too old', {
      hint: 'make a new one on the server, as root or Administrator: lifeboat sign-in code',
    });
  }
  limit.succeeded(key);
  const account: Account = { ...owner, password };
  store.saveAccount(account);
  sessions.endAllOf(account);
  return { account, ...sessions.begin(account) };
}

/** A code for an account that was taken away since makes nobody an administrator. */
function ownerOf(store: AccessStore, { account, tenant }: Code, name: string): Account | undefined {
  const known = store.account({ name, tenant });
  if (account !== null) return account === name ? known : undefined;
  return known ?? { name, role: 'administrator', tenant, password: null };
}

function requireGoodName(name: string): void {
  if (/^[\p{L}\p{N}][\p{L}\p{N}._@ -]{0,63}$/u.test(name)) return;
  throw new LifeboatError('usage', 'a name has 1 to 64 letters, digits, spaces and . _ @ -');
}
