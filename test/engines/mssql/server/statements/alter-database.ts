import type { Cursor } from '../../sql/cursor.ts';
import { serverMessage } from '../../sql/server-message.ts';
import { SqlFailure } from '../../sql/sql-failure.ts';
import { findDatabase, hasDatabaseRole, hasServerRole, isSystemDatabase, sessionsIn } from '../lookup.ts';
import type { Database } from '../model.ts';
import { type Context, inform, type Statement } from '../statement.ts';

type Change = (context: Context, database: Database) => void;

/** ALTER DATABASE name MODIFY NAME = ..., or SET options [WITH ROLLBACK IMMEDIATE | NO_WAIT]. */
export function parseAlterDatabase(cursor: Cursor): Statement {
  cursor.expect('alter', 'database');
  const current = cursor.accept('current');
  const name = current ? '' : cursor.name();
  const change = cursor.accept('modify', 'name') ? parseRename(cursor) : parseSetOptions(cursor);
  return {
    command: 'ALTER DATABASE',
    run(context) {
      const { state, session, reply } = context;
      const database = current ? session.database : findDatabase(state, name);
      if (!database || !hasDatabaseRole(session.login, database, 'db_owner')) throw failure(5011, name);
      if (database.state === 'RESTORING') throw failure(5052, 'RESTORING');
      change(context, database);
      reply.done();
    },
  };
}

function failure(number: number, ...values: (string | number)[]): SqlFailure {
  return new SqlFailure([serverMessage(number, ...values), serverMessage(5069)]);
}

function parseRename(cursor: Cursor): Change {
  cursor.expect('=');
  const to = cursor.name();
  return (context, database) => {
    const { state, session } = context;
    if (isSystemDatabase(database)) throw new SqlFailure([serverMessage(5058, 'NAME', database.name)]);
    const taken = findDatabase(state, to);
    if (taken && taken !== database) throw new SqlFailure([serverMessage(1801, to)]);
    requireAlone(context, database);
    if (sessionsIn(state, database).some((other) => other !== session)) {
      throw new SqlFailure([serverMessage(5030)]);
    }
    if (!hasServerRole(session.login, 'dbcreator') && !database.ownerSid.equals(session.login.sid)) {
      throw failure(5011, database.name);
    }
    const before = database.name;
    database.name = to;
    // Sessions inside follow, and are told.
    if (session.database === database) context.reply.changeDatabase(to, before);
    inform(context, 5021, to);
  };
}

function parseSetOptions(cursor: Cursor): Change {
  cursor.expect('set');
  const changes: Change[] = [];
  do changes.push(parseOption(cursor));
  while (cursor.accept(','));
  const rollback = cursor.accept('with') ? parseTermination(cursor) : 'wait';
  return (context, database) => {
    requireAlone(context, database);
    for (const change of changes) change({ ...context, rollback } as RollbackContext, database);
  };
}

type Termination = 'wait' | 'immediate' | 'no-wait';
type RollbackContext = Context & { rollback: Termination };

function parseTermination(cursor: Cursor): Termination {
  if (cursor.accept('no_wait')) return 'no-wait';
  cursor.expect('rollback');
  if (cursor.accept('immediate')) return 'immediate';
  cursor.expect('after');
  cursor.next();
  cursor.accept('seconds');
  return 'immediate';
}

const COMPATIBILITIES = [100, 110, 120, 130, 140, 150, 160];

function parseOption(cursor: Cursor): Change {
  const onOff = (): boolean => cursor.oneOf('on', 'off') === 'on';
  const access = (['single_user', 'restricted_user', 'multi_user'] as const).find((word) =>
    cursor.accept(word),
  );
  if (access) return (context, database) => setAccess(context as RollbackContext, database, access);
  if (cursor.accept('recovery')) {
    const model = cursor.oneOf('full', 'simple', 'bulk_logged').toUpperCase() as Database['recovery'];
    return (_context, database) => {
      database.recovery = model;
    };
  }
  if (cursor.accept('compatibility_level')) return parseCompatibility(cursor);
  if (cursor.accept('trustworthy')) {
    const on = onOff();
    return ({ session }, database) => {
      if (!hasServerRole(session.login, 'sysadmin')) throw failure(5011, database.name);
      database.trustworthy = on;
    };
  }
  if (cursor.accept('auto_update_statistics_async')) {
    const on = onOff();
    return (_context, database) => {
      database.asyncStatistics = on;
    };
  }
  if (cursor.accept('read_only') || cursor.accept('read_write')) {
    const readOnly = cursor.lastWord() === 'read_only';
    return (_context, database) => {
      database.readOnly = readOnly;
    };
  }
  if (cursor.accept('offline'))
    return (context, database) => setOffline(context as RollbackContext, database);
  cursor.expect('online');
  return (_context, database) => {
    database.state = 'ONLINE';
  };
}

function parseCompatibility(cursor: Cursor): Change {
  cursor.expect('=');
  const level = Number(cursor.next().text);
  return (_context, database) => {
    if (!COMPATIBILITIES.includes(level)) throw failure(15048);
    database.compatibility = level;
  };
}

/** Where the one slot of a single-user database is taken by another session, nothing can be set. */
function requireAlone({ state, session }: Context, database: Database): void {
  const taken = sessionsIn(state, database).some((other) => other !== session);
  if (database.access === 'SINGLE_USER' && taken) throw failure(5064, database.name);
}

function setAccess(context: RollbackContext, database: Database, word: string): void {
  const access = word.toUpperCase() as Database['access'];
  if (access !== 'MULTI_USER') endOthers(context, database);
  database.access = access;
}

function setOffline(context: RollbackContext, database: Database): void {
  endOthers(context, database);
  database.state = 'OFFLINE';
  const master = findDatabase(context.state, 'master') as Database;
  if (context.session.database === database) context.session.database = master;
}

/** WITH ROLLBACK IMMEDIATE ends every other session in it; WITH NO_WAIT refuses; else one would wait for them. */
function endOthers(context: RollbackContext, database: Database): void {
  const others = sessionsIn(context.state, database).filter((other) => other !== context.session);
  if (others.length === 0) return;
  if (context.rollback !== 'immediate') throw failure(5070, database.name);
  for (const other of others) {
    other.connection.cut();
  }
  inform(context, 5060, 0);
  inform(context, 5060, 100);
}
