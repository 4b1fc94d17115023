import { LifeboatError } from '#platform/errors.ts';
import { hashPassword } from './hash-password.ts';
import { matchesPassword } from './matches-password.ts';
import type { AccountKey } from './open-access-store.ts';
import { requireGoodPassword } from './require-good-password.ts';
import { requirePatience } from './require-patience.ts';
import type { SignedIn, SignInParts } from './sign-in.ts';
import { triesOf } from './tries-of.ts';

/**
 * Gives an account another password, for whoever knows the one of now: an open page alone is no proof. All its
 * sessions end and a new one begins. Throws `not-allowed` for a wrong old one, `usage` for a new one that will not
 * do, `too-many-tries`.
 */
export async function changePassword(
  { store, sessions, limit }: SignInParts,
  owner: AccountKey,
  given: { old: string; password: string },
): Promise<SignedIn> {
  const key = triesOf(owner);
  requirePatience(limit, [key]);
  requireGoodPassword(given.password);
  limit.failed(key);
  const before = store.account(owner)?.password;
  if (before == null || !(await matchesPassword(given.old, before))) {
    throw new LifeboatError('not-allowed', 'the old password is wrong; nothing was changed', {
      hint: 'a password that is lost is set anew by an administrator, or by "lifeboat sign-in reset NAME" on the server',
    });
  }
  const password = await hashPassword(given.password);
  // Meanwhile it may have been taken away, or given another role.
  const account = store.account(owner);
  if (account === undefined) throw new LifeboatError('not-found', `there is no account ${owner.name}`);
  limit.succeeded(key);
  store.saveAccount({ ...account, password });
  sessions.endAllOf(account);
  return { account, ...sessions.begin(account) };
}
