import { foldText } from '../sql/compare-values.ts';
import { refusal } from '../sql/sql-failure.ts';
import type { Database, DatabaseUser, ServerLogin, ServerState, Session } from './model.ts';

const SYSADMIN = 'sysadmin';
const SYSTEM_DATABASES = ['master', 'tempdb', 'model', 'msdb'];

export function findDatabase(state: ServerState, name: string): Database | undefined {
  return state.databases.find((database) => foldText(database.name) === foldText(name));
}

export function findLogin(state: ServerState, name: string): ServerLogin | undefined {
  return state.logins.find((login) => foldText(login.name) === foldText(name));
}

export function loginBySid(state: ServerState, sid: Buffer | null): ServerLogin | undefined {
  return sid === null ? undefined : state.logins.find((login) => login.sid.equals(sid));
}

export function userOf(database: Database, login: ServerLogin): DatabaseUser | undefined {
  return database.content.users.find(({ sid }) => sid?.equals(login.sid) ?? false);
}

export function isSystemDatabase(database: Database): boolean {
  return SYSTEM_DATABASES.includes(database.name);
}

export function hasServerRole(login: ServerLogin, role: string): boolean {
  const roles = [...login.roles, 'public'];
  return roles.includes(SYSADMIN) || roles.includes(role.toLowerCase());
}

export function owns(login: ServerLogin, database: Database): boolean {
  return hasServerRole(login, SYSADMIN) || database.ownerSid.equals(login.sid);
}

/** Whether a login is in one of these database roles, by its user, by owning the database or as sysadmin. */
export function hasDatabaseRole(login: ServerLogin, database: Database, ...roles: string[]): boolean {
  if (owns(login, database)) return true;
  return userOf(database, login)?.roles.some((role) => roles.includes(role.toLowerCase())) ?? false;
}

export function sessionsIn(state: ServerState, database: Database): Session[] {
  return [...state.sessions.values()].filter((session) => session.database === database);
}

/** Throws the reason why a login may not go into a database now. */
export function requireEntry(
  state: ServerState,
  login: ServerLogin,
  database: Database,
  self: Session | undefined,
): void {
  requireOpen(database);
  const others = sessionsIn(state, database).filter((session) => session !== self);
  if (database.access === 'SINGLE_USER' && others.length > 0) throw refusal(924, database.name);
  if (!mayEnter(login, database)) throw refusal(916, login.name, database.name);
}

/** Throws the reason why nobody may open a database now. */
export function requireOpen(database: Database): void {
  const number = CLOSED[database.state];
  if (number !== undefined) throw refusal(number, database.name);
}

const CLOSED: Record<Database['state'], number | undefined> = {
  ONLINE: undefined,
  RESTORING: 927,
  SUSPECT: 926,
  RECOVERY_PENDING: 945,
  OFFLINE: 942,
};

export function mayEnter(login: ServerLogin, database: Database): boolean {
  if (database.access === 'RESTRICTED_USER') return hasDatabaseRole(login, database, 'db_owner');
  return owns(login, database) || isSystemDatabase(database) || userOf(database, login) !== undefined;
}
