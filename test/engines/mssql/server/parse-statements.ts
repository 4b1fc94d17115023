import type { Cursor } from '../sql/cursor.ts';
import type { Statement } from './statement.ts';
import { parseAlterDatabase } from './statements/alter-database.ts';
import { parseAuthorization } from './statements/authorization.ts';
import { parseBackup } from './statements/backup.ts';
import { parseCreateDatabase, parseDropDatabase } from './statements/databases.ts';
import { parseDbcc } from './statements/dbcc.ts';
import { parseExec } from './statements/exec.ts';
import { parseBegin, parseIf, parseReturn } from './statements/flow.ts';
import {
  parseAlterLogin,
  parseAlterServerRole,
  parseCreateLogin,
  parseDropLogin,
} from './statements/logins.ts';
import { parseCreateModule } from './statements/modules.ts';
import { parseRestore } from './statements/restore.ts';
import { parseSelectStatement } from './statements/select.ts';
import { parseKill, parseUse } from './statements/sessions.ts';
import { parseCreateTable, parseDropTable, parseInsert, parseModify } from './statements/tables.ts';
import {
  parseAlterRole,
  parseAlterUser,
  parseCreateRole,
  parseCreateUser,
  parseDropUser,
} from './statements/users.ts';
import { parseDeclare, parsePrint, parseSet } from './statements/variables.ts';
import { parseWaitfor } from './statements/waitfor.ts';

export interface PlacedStatement {
  statement: Statement;
  /** As it was written. */
  sql: string;
}

/** What may stand at the beginning of a statement, longest first where one begins another. */
const STATEMENTS: readonly [words: string[], parse: (cursor: Cursor) => Statement][] = [
  [['select'], parseSelectStatement],
  [['backup'], parseBackup],
  [['restore'], parseRestore],
  [['use'], parseUse],
  [['kill'], parseKill],
  [['declare'], parseDeclare],
  [['set'], parseSet],
  [['print'], parsePrint],
  [['if'], parseIf],
  [['begin'], parseBegin],
  [['commit'], parseBegin],
  [['rollback'], parseBegin],
  [['return'], parseReturn],
  [['exec'], parseExec],
  [['execute'], parseExec],
  [['waitfor'], parseWaitfor],
  [['dbcc'], parseDbcc],
  [['insert'], parseInsert],
  [['update'], parseModify],
  [['delete'], parseModify],
  [['alter', 'database'], parseAlterDatabase],
  [['alter', 'authorization'], parseAuthorization],
  [['alter', 'login'], parseAlterLogin],
  [['alter', 'server', 'role'], parseAlterServerRole],
  [['alter', 'role'], parseAlterRole],
  [['alter', 'user'], parseAlterUser],
  [['create', 'database'], parseCreateDatabase],
  [['create', 'login'], parseCreateLogin],
  [['create', 'user'], parseCreateUser],
  [['create', 'role'], parseCreateRole],
  [['create', 'table'], parseCreateTable],
  [['create'], parseCreateModule],
  [['drop', 'database'], parseDropDatabase],
  [['drop', 'login'], parseDropLogin],
  [['drop', 'user'], parseDropUser],
  [['drop', 'table'], parseDropTable],
];

/** All statements of a batch. Throws error 102 for one that the test server does not know. */
export function parseStatements(cursor: Cursor): PlacedStatement[] {
  const statements: PlacedStatement[] = [];
  while (cursor.accept(';'));
  while (cursor.peek().kind !== 'end') {
    statements.push(parseStatement(cursor));
    while (cursor.accept(';'));
  }
  return statements;
}

export function parseStatement(cursor: Cursor): PlacedStatement {
  const start = cursor.peek().start;
  const found = STATEMENTS.find(([words]) => cursor.at(...words));
  if (!found) throw cursor.failure();
  const statement = found[1](cursor);
  // A whole statement must stand here: what follows it begins another, or the batch is wrong.
  return { statement, sql: cursor.slice(start, cursor.lastEnd()).trim() };
}
