import type { Account } from '../access/open-access-store.ts';

/** An account as the API shows it: whether there is a password, never anything of it. */
export function shownAccount({ password, ...account }: Account) {
  return { ...account, hasPassword: password !== null };
}
