import { LifeboatError } from '#platform/errors.ts';
import type { Account } from './open-access-store.ts';
import type { SignInParts } from './sign-in.ts';

/**
 * Gives an account another role, or moves it to another tenant, where its name must be free (`usage`). The role holds
 * from the next request on; whoever is moved has to sign in there.
 */
export function changeAccount(
  { store, sessions }: Pick<SignInParts, 'store' | 'sessions'>,
  before: Account,
  change: Pick<Account, 'role' | 'tenant'>,
): Account {
  const after = { ...before, ...change };
  if (after.tenant !== before.tenant) {
    if (store.account(after)) {
      throw new LifeboatError('usage', `there is an account ${before.name} there already`);
    }
    store.removeAccount(before);
    sessions.endAllOf(before);
  }
  store.saveAccount(after);
  return after;
}
