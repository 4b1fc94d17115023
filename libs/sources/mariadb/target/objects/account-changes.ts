import type { Connection } from '../../connect.ts';
import type { AccountObject } from '../../format.ts';
import { isWanted, readAccount } from '../../read-accounts.ts';
import { accountName } from './account-name.ts';
import { accountNames } from './account-names.ts';
import { accountStatements } from './account-statements.ts';

/** How an account of the archive stands to the server it is to be restored to. */
export type AccountState =
  | { is: 'missing'; account: AccountObject }
  | { is: 'equal'; account: AccountObject }
  | { is: 'different'; account: AccountObject; now: AccountObject; how: string };

/** What the switch-over does to accounts. `undo` makes a replaced one as it was. */
export type AccountChange =
  | { do: 'create'; account: AccountObject }
  | { do: 'replace'; account: AccountObject; keep: string[]; undo: string[] };

/** Compares accounts of the archive with the server's, as far as rights on `databases` go. Changes nothing. */
export async function compareAccounts(
  connection: Connection,
  accounts: readonly AccountObject[],
  databases: readonly string[],
): Promise<AccountState[]> {
  const there = await accountNames(connection);
  const roles = new Set(accounts.filter((account) => account.isRole).map((account) => `${account.user}@`));
  const states: AccountState[] = [];
  for (const account of accounts) {
    if (!there.has(accountName(account))) {
      states.push({ is: 'missing', account });
      continue;
    }
    const now = await readAccount(connection, account, databases, roles);
    const wanted = account.grants.filter((grant) => isWanted(grant, databases, roles));
    const how = [
      ...(now.create === account.create ? [] : ['password or way to sign in']),
      ...(sameLines(now.grants, wanted) ? [] : ['rights']),
      ...(now.defaultRole === account.defaultRole ? [] : ['default role']),
    ];
    states.push(
      how.length === 0 ? { is: 'equal', account } : { is: 'different', account, now, how: how.join(', ') },
    );
  }
  return states;
}

/**
 * Missing accounts are created, those with rights on everything only if that is agreed; existing ones are
 * left alone unless their replacement is agreed, the one that is signed in always.
 */
export async function planAccountChanges(
  connection: Connection,
  states: readonly AccountState[],
  agreed: { replaceAccounts: boolean; globalAccounts: boolean; databases: readonly string[] },
): Promise<AccountChange[]> {
  const [self] = await connection.query<{ name: string }>('SELECT CURRENT_USER() AS name');
  const changes: AccountChange[] = [];
  for (const { is, account } of states) {
    if (is === 'equal' || (account.global && !agreed.globalAccounts)) continue;
    if (is === 'missing') {
      changes.push({ do: 'create', account });
      continue;
    }
    if (!agreed.replaceAccounts || self?.name === `${account.user}@${account.host}`) continue;
    changes.push(await replacement(connection, account, agreed.databases));
  }
  return changes;
}

async function replacement(
  connection: Connection,
  account: AccountObject,
  databases: readonly string[],
): Promise<AccountChange> {
  const now = await accountStatements(connection, account);
  // Rights on databases that are not restored stay whatever the archive says of the account.
  const keep = now.filter((line) => line.startsWith('GRANT ') && !isWanted(line, databases, new Set()));
  return { do: 'replace', account, keep, undo: now };
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify(a.toSorted()) === JSON.stringify(b.toSorted());
}
