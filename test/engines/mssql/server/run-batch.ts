import { openCursor } from '../sql/cursor.ts';
import { SqlFailure } from '../sql/sql-failure.ts';
import { TYPE, type Value } from '../tds/column-types.ts';
import type { Reply } from '../tds/reply.ts';
import { interfere } from './interfere.ts';
import type { ServerState, Session } from './model.ts';
import { type PlacedStatement, parseStatements } from './parse-statements.ts';
import type { Context } from './statement.ts';
import { createWorld } from './world.ts';

/**
 * Runs a batch: all of it is parsed before any of it runs, a failed statement does not end it unless its number does,
 * and what the server does not know is error 102.
 */
export async function runBatch(
  state: ServerState,
  session: Session,
  sql: string,
  parameters: readonly { name: string; value: Value }[],
  reply: Reply,
): Promise<void> {
  const variables: Context['variables'] = new Map(
    parameters.map(({ name, value }) => [name.toLowerCase(), { type: typeOf(value), value }]),
  );
  const context: Context = {
    state,
    session,
    reply,
    variables,
    world: createWorld(state, session, variables),
    runBatch: (inner, given) => runBatch(state, session, inner, given, reply),
    returned: false,
  };
  let statements: PlacedStatement[];
  try {
    statements = parseStatements(openCursor(sql));
  } catch (error) {
    state.log.push(recordOf(sql, session));
    answerFailure(error, reply);
    return;
  }
  await runStatements(statements, context);
}

/** Whether all of them ran. */
export async function runStatements(
  statements: readonly PlacedStatement[],
  context: Context,
): Promise<boolean> {
  for (const statement of statements) {
    if (context.returned) return true;
    if (!(await runOne(statement, context))) return false;
  }
  return true;
}

async function runOne({ statement, sql }: PlacedStatement, context: Context): Promise<boolean> {
  const { state, session, reply } = context;
  const around = session.request;
  state.log.push(recordOf(sql, session));
  session.request = {
    sql,
    command: statement.command,
    percent: 0,
    omitted: new Set(),
    since: Temporal.Now.plainDateTimeISO(),
  };
  try {
    await interfere(context, 'before');
    await statement.run(context);
    await interfere(context, 'after');
    return true;
  } catch (error) {
    return answerFailure(error, reply);
  } finally {
    session.request = around;
  }
}

/** Whether the batch goes on. */
function answerFailure(error: unknown, reply: Reply): boolean {
  if (!(error instanceof SqlFailure)) throw error;
  for (const message of error.messages) reply.message(message);
  reply.done();
  return !error.endsBatch;
}

function recordOf(sql: string, session: Session): ServerState['log'][number] {
  return { sql, spid: session.spid, login: session.login.name, database: session.database.name };
}

function typeOf(value: Value): (typeof TYPE)[keyof typeof TYPE] {
  if (Buffer.isBuffer(value)) return TYPE.bytes;
  if (typeof value === 'bigint') return TYPE.bigint;
  if (typeof value === 'boolean') return TYPE.bit;
  if (typeof value === 'number') return Number.isInteger(value) ? TYPE.int : TYPE.float;
  return TYPE.text;
}
