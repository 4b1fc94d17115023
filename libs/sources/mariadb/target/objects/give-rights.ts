import type { Connection } from '../../connect.ts';
import { quoteName } from '../../quote-name.ts';
import { serverErrno } from '../../server-errno.ts';
import type { AccountChange } from './account-changes.ts';
import { accountName } from './account-name.ts';
import { forRoutine } from './routine-statements.ts';

/** No such table, column, routine or role, or a role that only its own administrator may grant. */
const NOT_HERE = new Set([1146, 1054, 1305, 1959, 1698]);

/**
 * Gives accounts their rights, all that these may lead to being there. A right on something that this server
 * does not have is noted and left out.
 */
export async function giveRights(
  connection: Connection,
  changes: readonly AccountChange[],
  note: (text: string) => void,
): Promise<void> {
  for (const change of changes) {
    const { account } = change;
    const name = accountName(account);
    const grants = [...(change.do === 'replace' ? change.keep : []), ...account.grants];
    for (const grant of grants) await give(connection, grant, name, note);
    if (account.defaultRole === undefined) continue;
    await give(connection, `SET DEFAULT ROLE ${quoteName(account.defaultRole)} FOR ${name}`, name, note);
  }
}

async function give(
  connection: Connection,
  grant: string,
  name: string,
  note: (text: string) => void,
): Promise<void> {
  const type = / ON PACKAGE /.test(grant) ? 'PACKAGE' : '';
  for (const statement of forRoutine(type, grant)) {
    try {
      await connection.query(statement);
    } catch (error) {
      if (!NOT_HERE.has(serverErrno(error) ?? 0)) throw error;
      note(
        `account ${name} did not get a right that leads to something this server does not have: ${shown(grant)}`,
      );
    }
  }
}

/** Without what follows the account's name: that may be a password's hash. */
function shown(grant: string): string {
  return grant.replace(/ (TO|FOR) .*$/s, '');
}
