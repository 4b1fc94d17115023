import { setTimeout } from 'node:timers/promises';
import type { Cursor } from '../../sql/cursor.ts';
import { serverMessage } from '../../sql/server-message.ts';
import { SqlFailure } from '../../sql/sql-failure.ts';
import {
  findDatabase,
  hasDatabaseRole,
  hasServerRole,
  isSystemDatabase,
  requireOpen,
  sessionsIn,
} from '../lookup.ts';
import type { Database } from '../model.ts';
import { type Context, inform, type Statement } from '../statement.ts';

/** What is done with the sessions of others: waited for, ended, or a reason to refuse. */
type Termination = 'wait' | 'immediate' | 'no-wait';

type Change = (context: Context, database: Database, others: Termination) => void | Promise<void>;

/** ALTER DATABASE name MODIFY NAME = ..., or SET options [WITH ROLLBACK IMMEDIATE | NO_WAIT]. */
export function parseAlterDatabase(cursor: Cursor): Statement {
  cursor.expect('alter', 'database');
  const current = cursor.accept('current');
  const name = current ? '' : cursor.name();
  const change = cursor.accept('modify', 'name') ? parseRename(cursor) : parseSetOptions(cursor);
  return {
    command: 'ALTER DATABASE',
    async run(context) {
      const { state, session, reply } = context;
      const database = current ? session.database : findDatabase(state, name);
      if (!database || !hasDatabaseRole(session.login, database, 'db_owner')) throw failure(5011, name);
      if (session.inTransaction) throw new SqlFailure([serverMessage(226, 'ALTER DATABASE')]);
      if (database.state === 'RESTORING') throw failure(5052, 'RESTORING');
      await change(context, database, 'wait');
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
    if (!state.renamesClosed) requireOpenFor(database);
    requireSlot(context, database);
    if (othersIn(context, database).length > 0) throw new SqlFailure([serverMessage(5030)]);
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

function requireOpenFor(database: Database): void {
  try {
    requireOpen(database);
  } catch (error) {
    if (error instanceof SqlFailure) throw new SqlFailure([...error.messages, serverMessage(5069)]);
    throw error;
  }
}

function parseSetOptions(cursor: Cursor): Change {
  cursor.expect('set');
  const changes: Change[] = [];
  do changes.push(parseOption(cursor));
  while (cursor.accept(','));
  const others = cursor.accept('with') ? parseTermination(cursor) : 'wait';
  return async (context, database) => {
    requireSlot(context, database);
    for (const change of changes) await change(context, database, others);
  };
}

function parseTermination(cursor: Cursor): Termination {
  if (cursor.accept('no_wait')) return 'no-wait';
  cursor.expect('rollback');
  if (cursor.accept('immediate')) return 'immediate';
  cursor.expect('after');
  cursor.next();
  cursor.accept('seconds');
  return 'immediate';
}

/** Options that only keep a value, and how it is written. */
const VALUES: Record<string, (cursor: Cursor) => (database: Database) => void> = {
  recovery: (cursor) => {
    const recovery = cursor.oneOf('full', 'simple', 'bulk_logged').toUpperCase() as Database['recovery'];
    return (database) => Object.assign(database, { recovery });
  },
  compatibility_level: (cursor) => {
    cursor.expect('=');
    const compatibility = Number(cursor.next().text);
    return (database) => {
      if (!COMPATIBILITIES.includes(compatibility)) throw failure(15048);
      database.compatibility = compatibility;
    };
  },
  auto_update_statistics_async: (cursor) => {
    const asyncStatistics = cursor.oneOf('on', 'off') === 'on';
    return (database) => Object.assign(database, { asyncStatistics });
  },
};
const COMPATIBILITIES = [100, 110, 120, 130, 140, 150, 160];
const ACCESS = {
  single_user: 'SINGLE_USER',
  restricted_user: 'RESTRICTED_USER',
  multi_user: 'MULTI_USER',
} as const;

function parseOption(cursor: Cursor): Change {
  const option = cursor.oneOf(
    ...Object.keys(VALUES),
    ...Object.keys(ACCESS),
    'trustworthy',
    'read_only',
    'read_write',
    'offline',
    'online',
  );
  const value = VALUES[option]?.(cursor);
  if (value) return (_context, database) => value(database);
  if (option in ACCESS) {
    const access = ACCESS[option as keyof typeof ACCESS];
    return async (context, database, others) => {
      if (access !== 'MULTI_USER') await putOut(context, database, others);
      database.access = access;
    };
  }
  if (option === 'trustworthy') return parseTrustworthy(cursor);
  if (option === 'offline') return setOffline;
  return async (context, database, others) => {
    if (option === 'online') database.state = 'ONLINE';
    else {
      await putOut(context, database, others);
      database.readOnly = option === 'read_only';
    }
  };
}

function parseTrustworthy(cursor: Cursor): Change {
  const trustworthy = cursor.oneOf('on', 'off') === 'on';
  return ({ session }, database) => {
    if (!hasServerRole(session.login, 'sysadmin')) throw failure(5011, database.name);
    database.trustworthy = trustworthy;
  };
}

const setOffline: Change = async (context, database, others) => {
  await putOut(context, database, others);
  database.state = 'OFFLINE';
  const master = findDatabase(context.state, 'master') as Database;
  if (context.session.database === database) context.session.database = master;
};

/** Where the one slot of a single-user database is taken by another session, nothing can be set. */
function requireSlot(context: Context, database: Database): void {
  if (database.access === 'SINGLE_USER' && othersIn(context, database).length > 0) {
    throw failure(5064, database.name);
  }
}

function othersIn({ state, session }: Context, database: Database) {
  return sessionsIn(state, database).filter((other) => other !== session);
}

async function putOut(context: Context, database: Database, others: Termination): Promise<void> {
  if (others === 'immediate') {
    const ended = othersIn(context, database);
    for (const { connection } of ended) connection.cut();
    if (ended.length > 0) for (const percent of [0, 100]) inform(context, 5060, percent);
    return;
  }
  if (others === 'no-wait' && othersIn(context, database).length > 0) throw failure(5070, database.name);
  while (othersIn(context, database).length > 0) {
    await setTimeout(5, undefined, { signal: context.reply.signal });
  }
}
