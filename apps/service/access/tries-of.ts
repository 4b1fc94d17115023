import type { AccountKey } from './open-access-store.ts';

/** Under what the tries at an account's password are counted: people of the same name elsewhere are others. */
export function triesOf({ name, tenant }: AccountKey): string {
  return `account ${tenant ?? ''}/${name}`;
}
