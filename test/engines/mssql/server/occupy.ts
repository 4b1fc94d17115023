import { SqlFailure } from '../sql/sql-failure.ts';
import { findDatabase, findLogin, requireEntry } from './lookup.ts';
import type { ServerState } from './model.ts';

/** An application's session in a database. */
export interface Application extends Disposable {
  /** How often it was put out. */
  readonly ended: number;
  readonly connected: boolean;
}

/**
 * Occupies a database as an application does. With `returns` it comes back the moment it may, as an application that
 * is sysadmin does while a restore wants the database for itself.
 */
export function occupy(
  state: ServerState,
  databaseName: string,
  o: { login?: string; returns?: boolean; name?: string } = {},
): Application {
  const login = findLogin(state, o.login ?? 'sa');
  if (!login) throw new Error(`no login ${o.login}`);
  const spid = nextSession(state);
  let ended = 0;
  const enter = (): void => {
    const database = findDatabase(state, databaseName);
    if (!database) return;
    try {
      requireEntry(state, login, database, undefined);
    } catch (error) {
      if (error instanceof SqlFailure) return;
      throw error;
    }
    state.sessions.set(spid, {
      spid,
      connection: { spid, encrypted: false, cut: leave, sendRaw() {} },
      login,
      host: 'appserver',
      application: o.name ?? 'the application',
      since: Temporal.Now.plainDateTimeISO(),
      database,
      firstDatabase: database,
      request: undefined,
      inTransaction: false,
    });
  };
  const leave = (): void => {
    if (state.sessions.delete(spid)) ended++;
  };
  enter();
  const timer = o.returns ? setInterval(() => state.sessions.has(spid) || enter(), 1) : undefined;
  return {
    get ended() {
      return ended;
    },
    get connected() {
      return state.sessions.has(spid);
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      state.sessions.delete(spid);
    },
  };
}

/** Beyond what connections over the wire get. */
function nextSession(state: ServerState): number {
  let spid = 1000;
  while (state.sessions.has(spid)) spid++;
  return spid;
}
