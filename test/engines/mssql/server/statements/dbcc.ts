import type { Cursor } from '../../sql/cursor.ts';
import { serverMessage } from '../../sql/server-message.ts';
import { refusal, SqlFailure } from '../../sql/sql-failure.ts';
import { findDatabase, hasDatabaseRole, requireEntry } from '../lookup.ts';
import type { Database, ServerState } from '../model.ts';
import { findDamagedPage, PAGE } from '../pages.ts';
import { inform, type Statement } from '../statement.ts';

const OPTIONS = [
  'no_infomsgs',
  'all_errormsgs',
  'physical_only',
  'extended_logical_checks',
  'tablock',
  'data_purity',
];

/** DBCC CHECKDB (name) WITH options: compares the checksum of every page. */
export function parseDbcc(cursor: Cursor): Statement {
  cursor.expect('dbcc', 'checkdb');
  let name: string | undefined;
  if (cursor.accept('(')) {
    const token = cursor.next();
    name = token.kind === 'number' ? undefined : token.text;
    cursor.expect(')');
  }
  const options: string[] = [];
  if (cursor.accept('with')) {
    do options.push(cursor.oneOf(...OPTIONS));
    while (cursor.accept(','));
  }
  return {
    command: 'DBCC CHECKDB',
    run(context) {
      const { state, session, reply } = context;
      const database = name === undefined ? session.database : findDatabase(state, name);
      if (!database) throw refusal(911, name as string);
      if (!hasDatabaseRole(session.login, database, 'db_owner'))
        throw refusal(7983, session.login.name, database.name);
      if (database !== session.database) requireEntry(state, session.login, database, session);
      const damaged = findDamage(state, database);
      if (damaged) throw new SqlFailure(damageMessages(database, damaged));
      if (!options.includes('no_infomsgs')) {
        inform(context, 8989, 0, 0, database.name);
        inform(context, 2528);
      }
      reply.done();
    },
  };
}

/** File and page of the first damage. */
function findDamage(state: ServerState, database: Database): { file: number; page: number } | undefined {
  const STEP = PAGE * 128;
  for (const { id, physical, kind } of database.files) {
    if (kind === 'L') continue;
    using opened = state.disk.open(physical, 'read');
    for (let at = 0; at < opened.size; at += STEP) {
      const page = findDamagedPage(opened.read(at, STEP));
      if (page !== undefined) return { file: id, page: at / PAGE + page };
    }
  }
  return undefined;
}

function damageMessages(database: Database, { file, page }: { file: number; page: number }) {
  const object = database.content.tables[0]?.id ?? 99;
  return [
    serverMessage(8928, object, file, page),
    serverMessage(8939, object, file, page),
    serverMessage(8989, 0, 2, database.name),
    serverMessage(8958, database.name),
  ];
}
