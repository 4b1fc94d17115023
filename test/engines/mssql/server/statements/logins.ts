import { randomBytes } from 'node:crypto';
import type { Cursor } from '../../sql/cursor.ts';
import { refusal } from '../../sql/sql-failure.ts';
import { SERVER_ROLES } from '../fixed-roles.ts';
import { findDatabase, findLogin, hasServerRole, loginBySid } from '../lookup.ts';
import type { ServerLogin, Session } from '../model.ts';
import { hashPassword } from '../password-hash.ts';
import type { Statement } from '../statement.ts';

interface Options {
  passwordHash: Buffer | undefined;
  sid: Buffer | undefined;
  defaultDatabase: string | undefined;
  policyChecked: boolean | undefined;
}

/** CREATE LOGIN name WITH PASSWORD = '...' | 0x... HASHED, SID = 0x..., ...; or FROM WINDOWS. */
export function parseCreateLogin(cursor: Cursor): Statement {
  cursor.expect('create', 'login');
  const name = cursor.name();
  const windows = cursor.accept('from', 'windows');
  const options = cursor.accept('with') ? parseOptions(cursor) : {};
  if (!windows && !('passwordHash' in options)) throw cursor.failure();
  return {
    command: 'CREATE LOGIN',
    run({ state, session, reply }) {
      requireSecurityAdmin(session);
      if (findLogin(state, name)) throw refusal(15025, name);
      if (windows && !state.domainUsers.has(name.toLowerCase())) throw refusal(15401, name);
      if (options.sid && loginBySid(state, options.sid)) throw refusal(15433);
      state.logins.push({
        id: Math.max(...state.logins.map(({ id }) => id), 256) + 1,
        name,
        type: windows ? 'U' : 'S',
        sid: options.sid ?? randomBytes(windows ? 28 : 16),
        passwordHash: options.passwordHash,
        disabled: false,
        roles: [],
        defaultDatabase: options.defaultDatabase ?? 'master',
        policyChecked: options.policyChecked ?? !windows,
      });
      reply.done();
    },
  };
}

function parseOptions(cursor: Cursor): Partial<Options> {
  const options: Partial<Options> = {};
  do {
    const option = cursor.oneOf(
      'password',
      'sid',
      'default_database',
      'default_language',
      'check_policy',
      'check_expiration',
    );
    cursor.expect('=');
    const token = cursor.next();
    if (option === 'password') options.passwordHash = parsePassword(token.kind, token.text, cursor);
    if (option === 'sid') options.sid = Buffer.from(token.text.slice(2), 'hex');
    if (option === 'default_database') options.defaultDatabase = token.text;
    if (option === 'check_policy') options.policyChecked = token.word === 'on';
  } while (cursor.accept(','));
  return options;
}

function parsePassword(kind: string, text: string, cursor: Cursor): Buffer {
  const hash = kind === 'bytes' ? Buffer.from(text.slice(2), 'hex') : hashPassword(text);
  if (kind === 'bytes') cursor.expect('hashed');
  cursor.accept('must_change');
  return hash;
}

export function parseAlterLogin(cursor: Cursor): Statement {
  cursor.expect('alter', 'login');
  const name = cursor.name();
  const disabled = cursor.accept('disable') ? true : cursor.accept('enable') ? false : undefined;
  const options: Partial<Options> = {};
  if (disabled === undefined) {
    cursor.expect('with');
    Object.assign(options, parseOptions(cursor));
  }
  return {
    command: 'ALTER LOGIN',
    run({ state, session, reply }) {
      requireSecurityAdmin(session);
      const login = required(findLogin(state, name), 'alter', name);
      if (disabled !== undefined) login.disabled = disabled;
      login.passwordHash = options.passwordHash ?? login.passwordHash;
      login.policyChecked = options.policyChecked ?? login.policyChecked;
      if (options.defaultDatabase !== undefined) {
        if (!findDatabase(state, options.defaultDatabase)) throw refusal(15010, options.defaultDatabase);
        login.defaultDatabase = options.defaultDatabase;
      }
      reply.done();
    },
  };
}

export function parseDropLogin(cursor: Cursor): Statement {
  cursor.expect('drop', 'login');
  const name = cursor.name();
  return {
    command: 'DROP LOGIN',
    run({ state, session, reply }) {
      requireSecurityAdmin(session);
      const login = required(findLogin(state, name), 'drop', name);
      if ([...state.sessions.values()].some((other) => other.login === login)) throw refusal(15434, name);
      const owned = state.databases.find(({ ownerSid }) => ownerSid.equals(login.sid));
      if (owned) throw refusal(15174, name);
      state.logins.splice(state.logins.indexOf(login), 1);
      reply.done();
    },
  };
}

export function parseAlterServerRole(cursor: Cursor): Statement {
  cursor.expect('alter', 'server', 'role');
  const role = cursor.name().toLowerCase();
  const adds = cursor.oneOf('add', 'drop') === 'add';
  cursor.expect('member');
  const name = cursor.name();
  return {
    command: 'ALTER SERVER ROLE',
    run({ state, session, reply }) {
      if (!(role in SERVER_ROLES) || !hasServerRole(session.login, role)) {
        throw refusal(15151, 'alter', 'server role', role);
      }
      const login = required(findLogin(state, name), 'add', name);
      login.roles = login.roles.filter((own) => own !== role);
      if (adds) login.roles.push(role);
      reply.done();
    },
  };
}

function requireSecurityAdmin(session: Session): void {
  if (!hasServerRole(session.login, 'securityadmin')) throw refusal(15247);
}

function required(login: ServerLogin | undefined, verb: string, name: string): ServerLogin {
  if (!login) throw refusal(15151, verb, 'login', name);
  return login;
}
