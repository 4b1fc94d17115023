import * as z from 'zod';
import type { Connection } from '../connection.ts';
import { hexBytes, parseRows } from '../parse-rows.ts';
import { quoteName } from '../quote-name.ts';

/** Anything of a server that has a name which no new login can take: logins, the server's own among them, and roles. */
export interface Principal {
  name: string;
  sid: string;
  /** S, U, G: logins; R: role; C, K: for certificates and keys. */
  type: string;
}

const PRINCIPAL = z.object({
  name: z.string(),
  sid: hexBytes,
  type: z.string().transform((type) => type.trim()),
});

export async function readPrincipals(connection: Connection, signal: AbortSignal): Promise<Principal[]> {
  const rows = await connection.ask('SELECT name, sid, type FROM sys.server_principals', signal);
  return parseRows(PRINCIPAL, rows, { what: 'the list of logins', place: connection.place });
}

const USER = PRINCIPAL.extend({ id: z.number(), signsIn: z.number() });
/** dbo, guest, INFORMATION_SCHEMA, sys. */
const BUILT_IN_USERS = 4;
/** By a login of the server, by Windows; others are users without login, or have passwords of their own. */
const BY_A_LOGIN = [1, 3];

/** Users of a database that sign in by a login of the server. */
export async function readUsers(
  connection: Connection,
  database: string,
  signal: AbortSignal,
): Promise<Principal[]> {
  const rows = await connection.ask(
    `SELECT name, sid, type, principal_id AS id, authentication_type AS signsIn
      FROM ${quoteName(database)}.sys.database_principals WHERE type IN ('S', 'U', 'G') AND sid IS NOT NULL`,
    signal,
  );
  return parseRows(USER, rows, { what: 'the list of users', place: connection.place }).filter(
    ({ id, signsIn }) => id > BUILT_IN_USERS && BY_A_LOGIN.includes(signsIn),
  );
}
