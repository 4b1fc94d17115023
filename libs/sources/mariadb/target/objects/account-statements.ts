import type { Connection } from '../../connect.ts';
import { accountName } from './account-name.ts';

interface Account {
  user: string;
  host: string;
  isRole: boolean;
}

/**
 * Statements that make an account of the server as it is now, whether it is there by then or not: password's hash,
 * rights, default role, and of a role those who were granted it.
 */
export async function accountStatements(connection: Connection, account: Account): Promise<string[]> {
  const name = accountName(account);
  const lines = (await connection.query<Record<string, string>>(`SHOW GRANTS FOR ${name}`)).map(
    (row) => Object.values(row)[0] ?? '',
  );
  const own = lines.filter((line) => line.startsWith('SET DEFAULT ROLE ') || isGrantTo(line, name));
  if (account.isRole) {
    const made = [`CREATE ROLE IF NOT EXISTS ${name}`, resetStatement(account, '')];
    return [...made, ...own, ...(await memberships(connection, account))];
  }
  const [shown] = await connection.query<Record<string, string>>(`SHOW CREATE USER ${name}`);
  return [resetStatement(account, Object.values(shown ?? {})[0] ?? ''), ...own];
}

/** Makes an account anew, without rights; a role keeps its members. */
export function resetStatement(account: Account, create: string): string {
  if (account.isRole) return `REVOKE ALL PRIVILEGES, GRANT OPTION FROM ${accountName(account)}`;
  return create.replace(/^CREATE USER/, 'CREATE OR REPLACE USER');
}

/** Whether a right of SHOW GRANTS leads to a table or routine, which has to be there, or to another account. */
export function needsObjects(statement: string): boolean {
  if (!statement.startsWith('GRANT ')) return false;
  return (
    / ON (?:PROCEDURE|FUNCTION|PACKAGE|PACKAGE BODY) `/.test(statement) ||
    / ON `(?:[^`]|``)+`\.`/.test(statement)
  );
}

function isGrantTo(line: string, name: string): boolean {
  return line.startsWith('GRANT ') && (line.includes(` TO ${name} `) || line.endsWith(` TO ${name}`));
}

async function memberships(connection: Connection, role: Account): Promise<string[]> {
  const rows = await connection.query<{ user: string; host: string; admin: string }>(
    'SELECT User AS user, Host AS host, Admin_option AS admin FROM mysql.roles_mapping WHERE Role = ?',
    [role.user],
  );
  return rows.map(
    (member) =>
      `GRANT ${accountName(role)} TO ${accountName(member)}${member.admin === 'Y' ? ' WITH ADMIN OPTION' : ''}`,
  );
}
