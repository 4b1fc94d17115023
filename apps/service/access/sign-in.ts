import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import { hashPassword } from './hash-password.ts';
import type { TryLimit } from './limit-tries.ts';
import { matchesPassword } from './matches-password.ts';
import type { AccessStore, Account } from './open-access-store.ts';
import type { Session, Sessions } from './open-sessions.ts';
import { requirePatience } from './require-patience.ts';
import { triesOf } from './tries-of.ts';

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
 * Begins a session for whoever knows an account's password. `tenant`: at whose address; there its own people can
 * sign in, and those who may everything; at the service's own address (null) only the latter. Throws
 * `sign-in-refused`, in the same words and after the same time whatever of it is wrong, and `too-many-tries` with
 * the wait.
 */
export async function signIn(
  { store, sessions, limit }: SignInParts,
  given: { name: string; password: string; address: string; tenant: string | null },
): Promise<SignedIn> {
  const { name, tenant } = given;
  const account = store.account({ name, tenant }) ?? store.account({ name, tenant: null });
  const keys = [`address ${given.address}`, triesOf(account ?? given)];
  requirePatience(limit, keys);
  // Counted before it is known: a thousand tries at once are a thousand tries.
  for (const key of keys) limit.failed(key);
  const matches = await matchesPassword(given.password, account?.password ?? (await decoy));
  if (account?.password == null || !matches) {
    throw new LifeboatError('sign-in-refused', 'name and password do not go together', {
      hint: 'try again; a password that is lost is set anew by "lifeboat sign-in reset NAME" on the server',
    });
  }
  for (const key of keys) limit.succeeded(key);
  return { account, ...sessions.begin(account) };
}

/** A hash of no password, so that an account which does not exist takes the same time. */
const decoy = hashPassword('', Buffer.alloc(16));
