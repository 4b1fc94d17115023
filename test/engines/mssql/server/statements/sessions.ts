import type { Cursor } from '../../sql/cursor.ts';
import { refusal } from '../../sql/sql-failure.ts';
import { findDatabase, hasServerRole, requireEntry } from '../lookup.ts';
import { inform, type Statement } from '../statement.ts';

export function parseUse(cursor: Cursor): Statement {
  cursor.expect('use');
  const name = cursor.name();
  return {
    command: 'USE',
    run(context) {
      const { state, session, reply } = context;
      const database = findDatabase(state, name);
      if (!database) throw refusal(911, name);
      requireEntry(state, session.login, database, session);
      reply.changeDatabase(database.name, session.database.name);
      session.database = database;
      inform(context, 5701, database.name);
      reply.done();
    },
  };
}

export function parseKill(cursor: Cursor): Statement {
  cursor.expect('kill');
  const token = cursor.next();
  if (token.kind !== 'number') throw cursor.failure();
  const spid = Number(token.text);
  return {
    command: 'KILL',
    run({ state, session, reply }) {
      if (!hasServerRole(session.login, 'processadmin')) throw refusal(6102);
      if (spid === session.spid) throw refusal(6104);
      if (spid > 32_767) throw refusal(6101, spid);
      if (spid <= 50) throw refusal(6107);
      const other = state.sessions.get(spid);
      if (!other) throw refusal(6106, spid);
      other.connection.cut();
      reply.done();
    },
  };
}
