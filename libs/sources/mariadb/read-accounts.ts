import type { Connection } from './connect.ts';
import type { AccountObject, AccountObjects } from './format.ts';
import { matchesPattern } from './matches-pattern.ts';
import { quoteName, quoteText } from './quote-name.ts';

/** Accounts of the server itself; every server has its own. */
const OF_THE_SERVER = new Set(['mariadb.sys@localhost', 'mysql@localhost', 'PUBLIC@']);

interface Account {
  user: string;
  host: string;
  isRole: boolean;
}

/**
 * The accounts and roles that `databases` need: with rights on them or anything in them (also by a pattern
 * such as `ch%` or for all databases), definers of their objects, the roles that those were granted and the
 * accounts that were granted those. Roles come first, each before those who are granted it. Needs SELECT on
 * mysql.*. `definers` are `user@host`. Of these `own` are the ones that have no rights on anything but `databases`: what
 * several share a server for must not come along with the set of each.
 */
export async function readAccounts(
  connection: Connection,
  databases: readonly string[],
  { definers, which }: { definers: readonly string[]; which: 'needed' | 'own' },
): Promise<AccountObjects> {
  if (databases.length === 0) return { accounts: [] };
  const all = await listAccounts(connection);
  const granted = await listGrantedRoles(connection);
  const overAll = new Set(await listGlobal(connection));
  const roles = new Set(all.filter((account) => account.isRole).map(keyOf));
  const needed = new Set([...definers.map(definerKey), ...(await listGrantees(connection, databases))]);
  addMembers(needed, granted);
  addRoles(needed, granted, overAll);
  for (const account of overAll) needed.add(account);
  if (which === 'own')
    for (const account of await listShared(connection, databases, granted)) needed.delete(account);

  const known = new Set([...roles].filter((role) => needed.has(role)));
  const accounts: AccountObject[] = [];
  for (const account of inOrderOfGrants(all, granted)) {
    if (needed.has(keyOf(account)) && !OF_THE_SERVER.has(keyOf(account))) {
      accounts.push(await readAccount(connection, account, databases, known));
    }
  }
  // Newer rights over the server have no column.
  return { accounts: which === 'own' ? accounts.filter(({ global }) => !global) : accounts };
}

/** `user@host` as the tables of the server hold them; a role's host is empty. */
function keyOf(account: { user: string; host: string }): string {
  return `${account.user}@${account.host}`;
}

/** A role as definer is shown without a host. */
function definerKey(definer: string): string {
  return definer.includes('@') ? definer : `${definer}@`;
}

async function listAccounts(connection: Connection): Promise<Account[]> {
  const rows = await connection.query<{ user: string; host: string; role: string }>(
    'SELECT User AS user, Host AS host, is_role AS role FROM mysql.user ORDER BY is_role DESC, User, Host',
  );
  return rows.map(({ user, host, role }) => ({ user, host, isRole: role === 'Y' }));
}

interface GrantedRole {
  /** Key of who was granted it. */
  to: string;
  role: string;
}

async function listGrantedRoles(connection: Connection): Promise<GrantedRole[]> {
  const rows = await connection.query<{ user: string; host: string; role: string }>(
    'SELECT User AS user, Host AS host, Role AS role FROM mysql.roles_mapping',
  );
  return rows.map(({ user, host, role }) => ({ to: keyOf({ user, host }), role: `${role}@` }));
}

async function listGrantees(connection: Connection, databases: readonly string[]): Promise<string[]> {
  const rows = await connection.query<{ user: string; host: string }>(
    `SELECT g.User AS user, g.Host AS host FROM mysql.db g JOIN (${listOf(databases)}) d ON d.name LIKE g.Db
     UNION SELECT User, Host FROM mysql.tables_priv WHERE Db IN (?)
     UNION SELECT User, Host FROM mysql.columns_priv WHERE Db IN (?)
     UNION SELECT User, Host FROM mysql.procs_priv WHERE Db IN (?)`,
    [databases, databases, databases],
  );
  return rows.map(keyOf);
}

/** Accounts with rights on other databases, or on all, themselves or by a role. */
async function listShared(
  connection: Connection,
  databases: readonly string[],
  granted: GrantedRole[],
): Promise<Set<string>> {
  const written = databases.flatMap((name) => [name, name.replace(/[\\_%]/g, '\\$&')]);
  const rows = await connection.query<{ user: string; host: string }>(
    `SELECT User AS user, Host AS host FROM mysql.db WHERE Db NOT IN (?)
     UNION SELECT User, Host FROM mysql.tables_priv WHERE Db NOT IN (?)
     UNION SELECT User, Host FROM mysql.columns_priv WHERE Db NOT IN (?)
     UNION SELECT User, Host FROM mysql.procs_priv WHERE Db NOT IN (?)`,
    [written, databases, databases, databases],
  );
  const shared = new Set([...rows.map(keyOf), ...(await listOverServer(connection))]);
  addMembers(shared, granted);
  return shared;
}

/** Names in the character set and collation in which the server keeps them. */
function listOf(databases: readonly string[]): string {
  const names = databases.map(
    (name) => `SELECT CONVERT(${quoteText(name)} USING utf8mb3) COLLATE utf8mb3_bin AS name`,
  );
  return names.join(' UNION ALL ');
}

/** Accounts with rights on the data of all databases. */
async function listGlobal(connection: Connection): Promise<string[]> {
  const rows = await connection.query<{ user: string; host: string }>(
    `SELECT User AS user, Host AS host FROM mysql.user
     WHERE 'Y' IN (Select_priv, Insert_priv, Update_priv, Delete_priv, Execute_priv, Create_priv, Alter_priv)`,
  );
  return rows.map(keyOf);
}

/** Accounts with any right that holds for the whole server, of those that have a column of their own. */
async function listOverServer(connection: Connection): Promise<string[]> {
  const rows = await connection.query<Record<string, string>>('SELECT * FROM mysql.user');
  return rows.flatMap((row) => {
    const mayAnything = Object.entries(row).some(
      ([column, value]) => column.endsWith('_priv') && value === 'Y',
    );
    return mayAnything ? keyOf({ user: row['User'] ?? '', host: row['Host'] ?? '' }) : [];
  });
}

/** Whoever was granted a role that has rights here has them too, also through another role. */
function addMembers(needed: Set<string>, granted: GrantedRole[]): void {
  for (let before = -1; before !== needed.size; ) {
    before = needed.size;
    for (const { to, role } of granted) if (needed.has(role)) needed.add(to);
  }
}

/** The roles that the needed were granted, or their grants could not be given again. */
function addRoles(needed: Set<string>, granted: GrantedRole[], overAll: Set<string>): void {
  for (let before = -1; before !== needed.size; ) {
    before = needed.size;
    for (const { to, role } of granted) if (needed.has(to) && !overAll.has(to)) needed.add(role);
  }
}

/** Roles before roles that are granted them, then the accounts. */
function inOrderOfGrants(all: Account[], granted: GrantedRole[]): Account[] {
  const byKey = new Map(all.map((account) => [keyOf(account), account]));
  const ordered = new Set<Account>();
  const visit = (account: Account, path: Set<Account>): void => {
    if (ordered.has(account) || path.has(account)) return;
    path.add(account);
    for (const { to, role } of granted) {
      const other = to === keyOf(account) ? byKey.get(role) : undefined;
      if (other) visit(other, path);
    }
    ordered.add(account);
  };
  for (const account of all) visit(account, new Set());
  return [...ordered];
}

export async function readAccount(
  connection: Connection,
  account: Account,
  databases: readonly string[],
  roles: Set<string>,
): Promise<AccountObject> {
  const { user, host, isRole } = account;
  const name = isRole ? quoteText(user) : `${quoteText(user)}@${quoteText(host)}`;
  const quoted = isRole ? quoteName(user) : `${quoteName(user)}@${quoteName(host)}`;
  const lines = (await connection.query<Record<string, string>>(`SHOW GRANTS FOR ${name}`)).map(
    (row) => Object.values(row)[0] ?? '',
  );
  const create = isRole
    ? `CREATE ROLE ${quoted}`
    : Object.values((await connection.query<Record<string, string>>(`SHOW CREATE USER ${name}`))[0] ?? {})[0];
  const own = lines
    .map((line) => ownGrant(line, quoted))
    .filter((line) => line !== undefined)
    .filter((line) => isWanted(line, databases, roles));
  const defaultRole = lines.map((line) => /^SET DEFAULT ROLE (.+) FOR /.exec(line)?.[1]).find(Boolean);
  return {
    user,
    host,
    isRole,
    create: create ?? '',
    grants: own.filter((line) => !line.startsWith('GRANT USAGE ') || line.endsWith(' OPTION')),
    ...(defaultRole === undefined ? {} : { defaultRole: unquoted(defaultRole) }),
    global: own.some((line) => / ON \*\.\* TO /.test(line) && !line.startsWith('GRANT USAGE ')),
  };
}

/**
 * A line of SHOW GRANTS if it is a grant to this very account (a role's list shows those of its own roles too),
 * without password, TLS and resource clauses, which stand in CREATE USER already.
 */
function ownGrant(line: string, quoted: string): string | undefined {
  if (!line.startsWith('GRANT ')) return undefined;
  const marker = ` TO ${quoted}`;
  const at = line.indexOf(marker);
  const rest = at < 0 ? '' : line.slice(at + marker.length);
  if (at < 0 || (rest !== '' && !rest.startsWith(' '))) return undefined;
  const option = /\bWITH (?:GRANT|ADMIN) OPTION/.exec(rest)?.[0];
  return `${line.slice(0, at)}${marker}${option === undefined ? '' : ` ${option}`}`;
}

/** Rights on what is not in the set stay behind; a table they name may not be there when they are given. */
export function isWanted(grant: string, databases: readonly string[], roles: Set<string>): boolean {
  const role = /^GRANT (`(?:[^`]|``)+`|\S+) TO /.exec(grant)?.[1];
  if (role !== undefined) return roles.has(`${unquoted(role)}@`);
  const on = / ON (?:PROCEDURE |FUNCTION |PACKAGE BODY |PACKAGE )?(`(?:[^`]|``)+`)\.(\*|`)/.exec(grant);
  if (on === null) return true;
  const name = unquoted(on[1] ?? '');
  return databases.some((database) => (on[2] === '*' ? matchesPattern(database, name) : database === name));
}

function unquoted(name: string): string {
  return /^`.*`$/.test(name) ? name.slice(1, -1).replaceAll('``', '`') : name;
}
