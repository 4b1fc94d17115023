import type { Connection } from '../connect.ts';
import { atLeast } from './at-least.ts';

/** What a restore does, in the order in which a person would ask why a right is needed. */
const TABLES = ['SELECT', 'INSERT', 'CREATE', 'DROP', 'ALTER', 'INDEX', 'REFERENCES'];
const OBJECTS = [
  'CREATE VIEW',
  'SHOW VIEW',
  'TRIGGER',
  'CREATE ROUTINE',
  'ALTER ROUTINE',
  'EVENT',
  'PROCESS',
];

export interface RightsNeeded {
  accounts: boolean;
  endSessions: boolean;
  switchLocalInfile: boolean;
}

/**
 * Rights that the signed-in account lacks. They are needed on everything: staging databases have names of
 * their own. Empty: all there.
 */
export async function missingRights(connection: Connection, needed: RightsNeeded): Promise<string[]> {
  const [self] = await connection.query<{ name: string; role: string | null }>(
    'SELECT CURRENT_USER() AS name, CURRENT_ROLE() AS role',
  );
  const at = self?.name.lastIndexOf('@') ?? 0;
  const grantee = `'${self?.name.slice(0, at)}'@'${self?.name.slice(at + 1)}'`;
  const rows = await connection.query<{ grantee: string; right: string; grantable: string }>(
    `SELECT GRANTEE AS grantee, PRIVILEGE_TYPE AS \`right\`, IS_GRANTABLE AS grantable
      FROM information_schema.USER_PRIVILEGES`,
  );
  const own = rows.filter((row) => row.grantee === grantee || isRole(row.grantee, self?.role));
  const has = (right: string) => own.some((row) => row.right === right);
  const any = (...rights: string[]) => (rights.some(has) ? [] : [rights[0]!]);
  return [
    ...[...TABLES, ...OBJECTS].filter((right) => !has(right)),
    ...(atLeast(connection.version, 10, 5) ? any('SET USER', 'SUPER') : any('SUPER')),
    ...(needed.accounts ? any('CREATE USER') : []),
    ...(needed.accounts && !own.some((row) => row.grantable === 'YES') ? ['GRANT OPTION'] : []),
    ...(needed.endSessions ? any('CONNECTION ADMIN', 'SUPER') : []),
    ...(needed.switchLocalInfile ? any('SUPER') : []),
  ];
}

function isRole(grantee: string, role: string | null | undefined): boolean {
  return typeof role === 'string' && (grantee === `'${role}'@''` || grantee === `'${role}'`);
}
