import type { Connection } from '../../connect.ts';
import type { AccountChange } from './account-changes.ts';
import { resetStatement } from './account-statements.ts';

/**
 * Creates and replaces accounts, without their rights: before anything whose definer is one of them, for a
 * role that is not there is taken for an account. Passwords travel as hashes inside the statements and appear
 * in no message.
 */
export async function makeAccounts(connection: Connection, changes: readonly AccountChange[]): Promise<void> {
  for (const { do: how, account } of changes) {
    await connection.query(how === 'create' ? account.create : resetStatement(account, account.create));
  }
}
