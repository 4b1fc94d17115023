import { serverMessage } from '../sql/server-message.ts';
import { SqlFailure } from '../sql/sql-failure.ts';
import type { Connection, Refused, SignedIn } from '../tds/handler.ts';
import type { NtlmAnswer } from '../tds/ntlm.ts';
import type { Login } from '../tds/read-login.ts';
import { findDatabase, findLogin, requireEntry } from './lookup.ts';
import type { ServerLogin, ServerState } from './model.ts';
import { isPassword } from './password-hash.ts';

/** Begins a session, or says why not: the login is checked first, then the database. */
export function signIn(
  state: ServerState,
  asked: Login,
  connection: Connection,
  domainUser: NtlmAnswer | undefined,
): SignedIn | Refused {
  const refused = state.loginRefusals.shift();
  if (refused !== undefined) return { refused: [serverMessage(refused, asked.user)] };
  const login = domainUser ? domainLogin(state, domainUser) : sqlLogin(state, asked);
  const name = domainUser ? `${domainUser.domain}\\${domainUser.user}` : asked.user;
  if (!login) return { refused: [serverMessage(18456, name)] };
  if (login.disabled) return { refused: [serverMessage(18470, name)] };
  const wanted = asked.database === '' ? login.defaultDatabase : asked.database;
  const cannotOpen = asked.database === '' ? serverMessage(4064) : serverMessage(4060, wanted);
  const refusal = { refused: [cannotOpen, serverMessage(18456, name)] };
  const database = findDatabase(state, wanted);
  if (!database) return refusal;
  try {
    requireEntry(state, login, database, undefined);
  } catch (error) {
    if (error instanceof SqlFailure) return refusal;
    throw error;
  }
  state.sessions.set(connection.spid, {
    spid: connection.spid,
    connection,
    login,
    host: asked.host,
    application: asked.application,
    since: Temporal.Now.plainDateTimeISO(),
    database,
    firstDatabase: database,
    request: undefined,
    inTransaction: false,
  });
  return { database: database.name };
}

function sqlLogin(state: ServerState, asked: Login): ServerLogin | undefined {
  const login = findLogin(state, asked.user);
  return login?.passwordHash && isPassword(asked.password, login.passwordHash) ? login : undefined;
}

function domainLogin(state: ServerState, user: NtlmAnswer): ServerLogin | undefined {
  const name = `${user.domain}\\${user.user}`;
  const password = state.domainUsers.get(name.toLowerCase());
  return password !== undefined && user.proves(password) ? findLogin(state, name) : undefined;
}
