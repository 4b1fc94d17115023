import type { Cursor } from '../../sql/cursor.ts';
import { refusal } from '../../sql/sql-failure.ts';
import { createDatabase } from '../create-database.ts';
import { removeDatabaseFiles, writeDatabaseFiles } from '../database-files.ts';
import { findDatabase, hasServerRole, isSystemDatabase, owns, sessionsIn } from '../lookup.ts';
import type { Context, Statement } from '../statement.ts';

/** CREATE DATABASE name, in the server's own folders. */
export function parseCreateDatabase(cursor: Cursor): Statement {
  cursor.expect('create', 'database');
  const name = cursor.name();
  return {
    command: 'CREATE DATABASE',
    run({ state, session, reply }) {
      if (!hasServerRole(session.login, 'dbcreator')) throw refusal(262, 'CREATE DATABASE', 'master');
      if (findDatabase(state, name)) throw refusal(1801, name);
      const database = createDatabase(state, name, { ownerSid: session.login.sid });
      writeDatabaseFiles(state, database, 0);
      state.databases.push(database);
      reply.done();
    },
  };
}

/** DROP DATABASE [IF EXISTS] name, ...; the files go too, unless the database is offline. */
export function parseDropDatabase(cursor: Cursor): Statement {
  cursor.expect('drop', 'database');
  const ifThere = cursor.accept('if', 'exists');
  const names: string[] = [];
  do names.push(cursor.name());
  while (cursor.accept(','));
  return {
    command: 'DROP DATABASE',
    run(context) {
      for (const name of names) dropOne(context, name, ifThere);
      context.reply.done();
    },
  };
}

function dropOne({ state, session }: Context, name: string, ifThere: boolean): void {
  const database = findDatabase(state, name);
  if (!database && ifThere) return;
  if (!database || !owns(session.login, database)) throw refusal(3701, 'database', name);
  if (isSystemDatabase(database)) throw refusal(3708, name);
  if (database.published) throw refusal(3724, 'drop', 'database', name);
  const snapshot = state.databases.find(({ snapshotOf }) => snapshotOf === database.id);
  if (snapshot) throw refusal(3709, snapshot.name);
  if (sessionsIn(state, database).length > 0) throw refusal(3702, name);
  state.databases.splice(state.databases.indexOf(database), 1);
  if (database.state !== 'OFFLINE') removeDatabaseFiles(state, database);
}
