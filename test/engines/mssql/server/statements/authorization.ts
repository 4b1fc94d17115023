import type { Cursor } from '../../sql/cursor.ts';
import { refusal } from '../../sql/sql-failure.ts';
import { findDatabase, findLogin, owns, userOf } from '../lookup.ts';
import type { Statement } from '../statement.ts';

/** ALTER AUTHORIZATION ON DATABASE::[name] TO [login]. */
export function parseAuthorization(cursor: Cursor): Statement {
  cursor.expect('alter', 'authorization', 'on', 'database', '::');
  const name = cursor.name();
  cursor.expect('to');
  const owner = cursor.name();
  return {
    command: 'ALTER AUTHORIZATION',
    run({ state, session, reply }) {
      const database = findDatabase(state, name);
      if (!database || !owns(session.login, database)) throw refusal(15151, 'find', 'database', name);
      if (database.state === 'RESTORING') throw refusal(927, name);
      const login = findLogin(state, owner);
      if (!login || login.type === 'G') throw refusal(15151, 'find', 'principal', owner);
      if (userOf(database, login)) throw refusal(15110);
      database.ownerSid = login.sid;
      database.content.dboSid = login.sid;
      reply.done();
    },
  };
}
