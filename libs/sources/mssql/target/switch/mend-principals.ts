import type { Connection } from '../../connection.ts';
import { quoteName } from '../../quote-name.ts';
import { serverNumber } from '../../server-number.ts';
import { sameName } from '../compare-logins.ts';
import { type Principal, readUsers } from '../read-principals.ts';
import type { Patience } from './patience.ts';
import { runAlter } from './run-alter.ts';

export interface MendParts {
  /** Its live name, for messages. */
  database: string;
  staged: string;
  /** Who is to own it, first choice first. */
  owners: readonly string[];
  /** Of the server. */
  principals: readonly Principal[];
  note: (text: string) => void;
}

const OWNER_IS_A_USER = 15110;

/**
 * Gives a restored database, still under its staging name, the owner it had, and orphaned users (whose SID no
 * login of this server has) the login of the same name.
 */
export async function mendPrincipals(
  connection: Connection,
  parts: MendParts,
  patience: Patience,
): Promise<void> {
  await setOwner(connection, parts, patience);
  await mendUsers(connection, parts, patience);
}

async function setOwner(connection: Connection, parts: MendParts, patience: Patience): Promise<void> {
  const owner = parts.owners.find((wanted) => parts.principals.some(({ name }) => sameName(name, wanted)));
  if (owner === undefined) {
    const [wanted] = parts.owners;
    const why = wanted === undefined ? 'its owner is not known' : `login ${wanted} does not exist here`;
    parts.note(`database ${parts.database} is owned by the login that restored it: ${why}`);
    return;
  }
  try {
    const sql = `ALTER AUTHORIZATION ON DATABASE::${quoteName(parts.staged)} TO ${quoteName(owner)}`;
    await runAlter(connection, sql, `setting the owner of database ${parts.database}`, patience);
  } catch (error) {
    if (serverNumber(error) !== OWNER_IS_A_USER) throw error;
    parts.note(
      `database ${parts.database} is owned by the login that restored it: ${owner} is already a user in it`,
    );
  }
}

async function mendUsers(connection: Connection, parts: MendParts, patience: Patience): Promise<void> {
  const { staged, database, principals, note } = parts;
  const users = await readUsers(connection, staged, patience.signal);
  const orphans = users.filter(({ sid }) => !principals.some((principal) => principal.sid === sid));
  for (const orphan of orphans) {
    const login = principals.find(({ name, type }) => sameName(name, orphan.name) && type === orphan.type);
    if (login === undefined || users.some(({ sid }) => sid === login.sid)) {
      const why =
        login === undefined ? 'no login of that name exists here' : 'its login is another user there';
      note(`user ${orphan.name} of database ${database} has no login: ${why}`);
      continue;
    }
    const run = (sql: string): Promise<void> =>
      runAlter(connection, sql, `giving user ${orphan.name} its login`, patience);
    await run(`USE ${quoteName(staged)}`);
    await run(`ALTER USER ${quoteName(orphan.name)} WITH LOGIN = ${quoteName(login.name)}`);
    await run('USE [master]');
    note(
      `user ${orphan.name} of database ${database} was given the login of that name, whose SID is another`,
    );
  }
}
