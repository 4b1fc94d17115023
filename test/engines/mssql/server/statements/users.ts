import { foldText } from '../../sql/compare-values.ts';
import type { Cursor } from '../../sql/cursor.ts';
import { refusal } from '../../sql/sql-failure.ts';
import { DATABASE_ROLES } from '../fixed-roles.ts';
import { findLogin, hasDatabaseRole, userOf } from '../lookup.ts';
import type { Database, DatabaseUser, Session } from '../model.ts';
import type { Statement } from '../statement.ts';

/** CREATE USER name [FOR LOGIN login | WITHOUT LOGIN]; in the session's database, as all of these. */
export function parseCreateUser(cursor: Cursor): Statement {
  cursor.expect('create', 'user');
  const name = cursor.name();
  const without = cursor.accept('without', 'login');
  const login = cursor.accept('for', 'login') || cursor.accept('from', 'login') ? cursor.name() : name;
  return {
    command: 'CREATE USER',
    run({ state, session, reply }) {
      requireOwner(session, name);
      const found = without ? undefined : findLogin(state, login);
      if (!without && !found) throw refusal(15007, login);
      if (findUser(session.database, name)) throw refusal(15023, name);
      if (found && userOf(session.database, found)) throw refusal(15063);
      const type = found?.type ?? 'S';
      addPrincipal(session.database, { name, type, sid: found?.sid ?? null });
      reply.done();
    },
  };
}

export function parseCreateRole(cursor: Cursor): Statement {
  cursor.expect('create', 'role');
  const name = cursor.name();
  return {
    command: 'CREATE ROLE',
    run({ session, reply }) {
      requireOwner(session, name);
      if (findUser(session.database, name)) throw refusal(15023, name);
      addPrincipal(session.database, { name, type: 'R', sid: null });
      reply.done();
    },
  };
}

function addPrincipal(database: Database, user: Pick<DatabaseUser, 'name' | 'type' | 'sid'>): void {
  const { content } = database;
  content.users.push({ ...user, id: content.nextUserId++, roles: [] });
}

/** ALTER USER name WITH LOGIN = login: what mends an orphaned user. */
export function parseAlterUser(cursor: Cursor): Statement {
  cursor.expect('alter', 'user');
  const name = cursor.name();
  cursor.expect('with', 'login', '=');
  const login = cursor.name();
  return {
    command: 'ALTER USER',
    run({ state, session, reply }) {
      requireOwner(session, name);
      const user = findUser(session.database, name);
      if (!user || user.type === 'R') throw refusal(15151, 'alter', 'user', name);
      const found = findLogin(state, login);
      if (!found) throw refusal(15151, 'find', 'login', login);
      const other = userOf(session.database, found);
      if (other && other !== user) throw refusal(15063);
      if (session.database.ownerSid.equals(found.sid)) throw refusal(15063);
      user.sid = found.sid;
      reply.done();
    },
  };
}

export function parseDropUser(cursor: Cursor): Statement {
  cursor.expect('drop', 'user');
  const name = cursor.name();
  return {
    command: 'DROP USER',
    run({ session, reply }) {
      requireOwner(session, name);
      const { users } = session.database.content;
      const user = findUser(session.database, name);
      if (!user) throw refusal(15151, 'drop', 'user', name);
      users.splice(users.indexOf(user), 1);
      reply.done();
    },
  };
}

export function parseAlterRole(cursor: Cursor): Statement {
  cursor.expect('alter', 'role');
  const role = cursor.name();
  const adds = cursor.oneOf('add', 'drop') === 'add';
  cursor.expect('member');
  const name = cursor.name();
  return {
    command: 'ALTER ROLE',
    run({ session, reply }) {
      requireOwner(session, role);
      const known = role.toLowerCase() in DATABASE_ROLES || findUser(session.database, role)?.type === 'R';
      if (!known) throw refusal(15151, 'alter', 'role', role);
      const user = findUser(session.database, name);
      if (!user) throw refusal(15151, 'add', 'principal', name);
      user.roles = user.roles.filter((own) => foldText(own) !== foldText(role));
      if (adds) user.roles.push(role);
      reply.done();
    },
  };
}

function findUser(database: Database, name: string): DatabaseUser | undefined {
  return database.content.users.find((user) => foldText(user.name) === foldText(name));
}

function requireOwner(session: Session, name: string): void {
  if (!hasDatabaseRole(session.login, session.database, 'db_owner', 'db_accessadmin')) {
    throw refusal(15151, 'alter', 'user', name);
  }
}
