import { quoteName } from '../../quote-name.ts';

/** An account's name, quoted; a role has no host. */
export function accountName({ user, host }: { user: string; host: string }): string {
  return host === '' ? quoteName(user) : `${quoteName(user)}@${quoteName(host)}`;
}
