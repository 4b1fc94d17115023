import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import { hashPassword } from './hash-password.ts';
import type { TryLimit } from './limit-tries.ts';
import { matchesPassword } from './matches-password.ts';
import type { AccessStore, Account } from './open-access-store.ts';
import type { Session, Sessions } from './open-sessions.ts';
import { requirePatience } from './require-patience.ts';

export interface SignInParts {
  store: AccessStore;
  sessions: Sessions;
  limit: TryLimit;
  clock: Clock;
}

export interface SignedIn {
  account: Account;
  session: Session;
  /** What the browser keeps. */
  secret: string;
}

/**
 * Begins a session for whoever knows an account's password. Throws `sign-in-refused`, in the same words and after
 * the same time whether the account or the password is wrong, and `too-many-tries` with the wait.
 */
export async function signIn(
  { store, sessions, limit }: SignInParts,
  given: { name: string; password: string; address: string },
): Promise<SignedIn> {
  const keys = [`address ${given.address}`, `account ${given.name}`];
  requirePatience(limit, keys);
  // Counted before it is known: a thousand tries at once are a thousand tries.
  for (const key of keys) limit.failed(key);
  const account = store.account(given.name);
  const matches = await matchesPassword(given.password, account?.password ?? (await decoy));
  if (account?.password == null || !matches) {
    throw new LifeboatError('sign-in-refused', 'name and password do not go together', {
      hint: 'try again; a password that is lost is set anew by "lifeboat sign-in reset NAME" on the server',
    });
  }
  for (const key of keys) limit.succeeded(key);
  return { account, ...sessions.begin(account.name) };
}

/** A hash of no password, so that an account which does not exist takes the same time. */
const decoy = hashPassword('', Buffer.alloc(16));
