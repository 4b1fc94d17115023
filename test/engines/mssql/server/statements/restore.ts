import type { Cursor } from '../../sql/cursor.ts';
import type { Expression } from '../../sql/expression.ts';
import { parseExpression } from '../../sql/parse-expression.ts';
import { serverMessage } from '../../sql/server-message.ts';
import { refusal, SqlFailure } from '../../sql/sql-failure.ts';
import { hasServerRole } from '../lookup.ts';
import { restoreDatabase } from '../restore-database.ts';
import { listBackupSets, listFiles, verifyBackup } from '../restore-lists.ts';
import { type Context, evaluate, type Statement } from '../statement.ts';
import { readStats } from './backup.ts';

/** RESTORE DATABASE, HEADERONLY, FILELISTONLY and VERIFYONLY from one file. */
export function parseRestore(cursor: Cursor): Statement {
  cursor.expect('restore');
  const what = cursor.oneOf('database', 'headeronly', 'filelistonly', 'verifyonly', 'labelonly');
  const name = what === 'database' ? cursor.name() : '';
  cursor.expect('from', 'disk', '=');
  const path = parseExpression(cursor);
  const given = cursor.accept('with') ? parseRestoreOptions(cursor) : nothingGiven();
  const verb = what === 'database' ? 'RESTORE DATABASE' : `RESTORE ${what.toUpperCase()}`;
  return {
    command: verb,
    async run(context) {
      try {
        await restore(context, what, name, readRestoreOptions(context, path, given));
      } catch (error) {
        if (!(error instanceof SqlFailure) || error.messages.some(({ number }) => number === 3013))
          throw error;
        // What VERIFYONLY is called in its last line (recorded).
        const called = what === 'verifyonly' ? 'VERIFY DATABASE' : verb;
        throw new SqlFailure([...error.messages, serverMessage(3013, called)]);
      }
    },
  };
}

interface Given {
  options: Map<string, Expression | undefined>;
  moves: { logical: Expression; to: Expression }[];
}

function nothingGiven(): Given {
  return { options: new Map(), moves: [] };
}

const SWITCHES =
  `checksum no_checksum recovery norecovery replace restricted_user keep_replication stop_on_error
  continue_after_error nounload unload norewind rewind loadhistory`.split(/\s+/);

function parseRestoreOptions(cursor: Cursor): Given {
  const given = nothingGiven();
  do {
    if (cursor.accept('move')) {
      const logical = parseExpression(cursor);
      cursor.expect('to');
      given.moves.push({ logical, to: parseExpression(cursor) });
      continue;
    }
    const option = cursor.oneOf(...SWITCHES, 'file', 'stats', 'buffercount', 'maxtransfersize');
    const hasValue = cursor.accept('=');
    given.options.set(option, hasValue ? parseExpression(cursor) : undefined);
  } while (cursor.accept(','));
  return given;
}

export interface RestoreOptions {
  path: string;
  /** Which set of the file, from 1. */
  position: number;
  checksum: boolean;
  recovery: boolean;
  replace: boolean;
  stats: number | undefined;
  moves: { logical: string; to: string }[];
}

function readRestoreOptions(context: Context, path: Expression, { options, moves }: Given): RestoreOptions {
  const position = options.get('file');
  return {
    path: String(evaluate(path, context)),
    position: position ? Number(evaluate(position, context)) : 1,
    checksum: options.has('checksum'),
    recovery: !options.has('norecovery'),
    replace: options.has('replace'),
    stats: readStats(context, options),
    moves: moves.map(({ logical, to }) => ({
      logical: String(evaluate(logical, context)),
      to: String(evaluate(to, context)),
    })),
  };
}

async function restore(context: Context, what: string, name: string, options: RestoreOptions): Promise<void> {
  if (what === 'database') {
    await restoreDatabase(context, name, options);
    return;
  }
  if (!hasServerRole(context.session.login, 'dbcreator')) throw refusal(262, 'CREATE DATABASE', 'master');
  if (what === 'headeronly') await listBackupSets(context, options);
  else if (what === 'filelistonly') await listFiles(context, options);
  else await verifyBackup(context, options);
}
