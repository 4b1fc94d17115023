import * as z from 'zod';
import type { Connection } from './connection.ts';
import type { LoginObject } from './format.ts';
import { hexBytes, parseRows, principalType } from './parse-rows.ts';

const LOGIN = z.object({
  name: z.string(),
  sid: hexBytes,
  type: principalType,
  is_disabled: z.boolean(),
  default_database_name: z.string().nullable(),
  default_language_name: z.string().nullable(),
  password_hash: hexBytes.nullable(),
  is_policy_checked: z.boolean().nullable(),
  is_expiration_checked: z.boolean().nullable(),
});

const MEMBER = z.object({ role: z.string(), sid: hexBytes });

/** Every server has its own: sa (SID 01), whatever it is called, and logins for the server's own use. */
const SA_SID = '01';

/** The logins of a server, but for its own, by name. Reading the hashes of passwords needs sysadmin. */
export async function readLogins(connection: Connection, signal: AbortSignal): Promise<LoginObject[]> {
  const { place } = connection;
  const logins = parseRows(LOGIN, await connection.ask(LOGINS, signal), {
    what: 'the list of logins',
    place,
  });
  const members = parseRows(MEMBER, await connection.ask(MEMBERS, signal), {
    what: 'the members of server roles',
    place,
  });
  return logins
    .filter(({ name, sid }) => sid !== SA_SID && !isServersOwn(name))
    .map((login) => ({
      ...described(login),
      roles: members
        .filter(({ sid }) => sid === login.sid)
        .map(({ role }) => role)
        .toSorted(),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function isServersOwn(name: string): boolean {
  return /^##.*##$/.test(name) || /^(NT SERVICE|NT AUTHORITY|BUILTIN)\\/i.test(name);
}

function described(login: z.infer<typeof LOGIN>): Omit<LoginObject, 'roles'> {
  const { password_hash, default_database_name, default_language_name } = login;
  return {
    name: login.name,
    sid: login.sid,
    type: login.type,
    ...(password_hash === null ? {} : { passwordHash: password_hash }),
    ...(default_database_name === null ? {} : { defaultDatabase: default_database_name }),
    ...(default_language_name === null ? {} : { defaultLanguage: default_language_name }),
    disabled: login.is_disabled,
    ...(login.is_policy_checked === null ? {} : { checkPolicy: login.is_policy_checked }),
    ...(login.is_expiration_checked === null ? {} : { checkExpiration: login.is_expiration_checked }),
  };
}

const LOGINS = `SELECT p.name, p.sid, p.type, p.is_disabled, p.default_database_name, p.default_language_name,
    s.password_hash, s.is_policy_checked, s.is_expiration_checked
  FROM sys.server_principals AS p LEFT JOIN sys.sql_logins AS s ON s.principal_id = p.principal_id
  WHERE p.type IN ('S', 'U', 'G')`;

const MEMBERS = `SELECT r.name AS role, m.sid FROM sys.server_role_members AS x
  JOIN sys.server_principals AS r ON r.principal_id = x.role_principal_id
  JOIN sys.server_principals AS m ON m.principal_id = x.member_principal_id`;
