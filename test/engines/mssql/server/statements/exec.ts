import type { Cursor } from '../../sql/cursor.ts';
import type { Expression } from '../../sql/expression.ts';
import { parseExpression } from '../../sql/parse-expression.ts';
import { refusal } from '../../sql/sql-failure.ts';
import { TYPE, type Value } from '../../tds/column-types.ts';
import { findDatabase, requireEntry } from '../lookup.ts';
import { type Context, evaluate, type Statement, sendRows } from '../statement.ts';

interface Given {
  name: string;
  value: Value;
}

/** EXEC ('...'), EXEC procedure arguments, also as [database].sys.sp_executesql. */
export function parseExec(cursor: Cursor): Statement {
  cursor.next();
  if (cursor.accept('(')) {
    const text = parseExpression(cursor);
    cursor.expect(')');
    return {
      command: 'EXECUTE',
      run: (context) => context.runBatch(String(evaluate(text, context) ?? ''), []),
    };
  }
  const parts = cursor.dottedName();
  const given = parseArguments(cursor);
  return {
    command: 'EXECUTE',
    async run(context) {
      const name = (parts.at(-1) as string).toLowerCase();
      const procedure = PROCEDURES[name];
      if (!procedure) throw refusal(2812, parts.join('.'));
      const values = given.map(({ name: own, value }) => ({ name: own, value: evaluate(value, context) }));
      await inDatabase(parts.length > 2 ? (parts[0] as string) : '', context, () =>
        procedure(context, values),
      );
    },
  };
}

function parseArguments(cursor: Cursor): { name: string; value: Expression }[] {
  const given: { name: string; value: Expression }[] = [];
  if (cursor.peek().kind === 'end' || cursor.at(';')) return given;
  do {
    const named = cursor.peek().kind === 'variable' && cursor.peek(1).text === '=';
    const name = named ? cursor.next().text : '';
    if (named) cursor.expect('=');
    given.push({ name, value: parseExpression(cursor) });
    if (!cursor.accept('output')) cursor.accept('out');
  } while (cursor.accept(','));
  return given;
}

/** A procedure named with a database runs in it. */
async function inDatabase(name: string, context: Context, run: () => Promise<void>): Promise<void> {
  const { state, session } = context;
  const before = session.database;
  if (name !== '') {
    const database = findDatabase(state, name);
    if (!database) throw refusal(911, name);
    if (database !== before) requireEntry(state, session.login, database, session);
    session.database = database;
  }
  try {
    await run();
  } finally {
    session.database = before;
  }
}

/** Its key and value, as SQL Server before 2019 is asked for the backup folder. */
async function readRegistry(context: Context, given: Given[]): Promise<void> {
  const wanted = String(given[2]?.value);
  if (wanted.toLowerCase() !== 'backupdirectory') throw refusal(22001, 'RegQueryValueEx');
  const columns = [
    { name: 'Value', type: TYPE.sysname },
    { name: 'Data', type: TYPE.text },
  ];
  await sendRows(context, columns, [[wanted, context.state.backupPath.replace(/[\\/]$/, '')]]);
}

const PROCEDURES: Record<string, (context: Context, given: Given[]) => Promise<void>> = {
  sp_executesql: (context, [statement, , ...values]) =>
    context.runBatch(String(statement?.value ?? ''), values),
  xp_instance_regread: readRegistry,
  xp_fileexist: async (context, [path]) => {
    const there = context.state.disk.exists(String(path?.value));
    await sendRows(
      context,
      [
        { name: 'File Exists', type: TYPE.tinyint },
        { name: 'File is a Directory', type: TYPE.tinyint },
        { name: 'Parent Directory Exists', type: TYPE.tinyint },
      ],
      [[there.file ? 1 : 0, there.folder ? 1 : 0, there.parent ? 1 : 0]],
    );
  },
};
