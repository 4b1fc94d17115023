import type { Compiled, SqlWorld } from '../sql/compile-expression.ts';
import { compileExpression } from '../sql/compile-expression.ts';
import type { Expression } from '../sql/expression.ts';
import { serverMessage } from '../sql/server-message.ts';
import type { Column, ColumnType, Value } from '../tds/column-types.ts';
import type { Reply } from '../tds/reply.ts';
import type { ServerState, Session } from './model.ts';

/** A statement, ready to run. */
export interface Statement {
  /** What sys.dm_exec_requests calls it. */
  command: string;
  run(context: Context): Promise<void> | void;
}

/** What a statement may look at and change. */
export interface Context {
  readonly state: ServerState;
  readonly session: Session;
  readonly reply: Reply;
  readonly variables: Map<string, { type: ColumnType; value: Value }>;
  readonly world: SqlWorld;
  /** Runs a batch of its own: EXEC, sp_executesql. */
  runBatch(sql: string, parameters: readonly { name: string; value: Value }[]): Promise<void>;
  /** Set by RETURN: the rest of the batch is left out. */
  returned: boolean;
}

/** A constant expression: no columns. */
export function evaluate(of: Expression, context: Context): Value {
  return compileConstant(of, context).value({ row: [], group: undefined, outer: undefined });
}

function compileConstant(of: Expression, context: Context): Compiled {
  return compileExpression(of, { columns: [], outer: undefined }, context.world);
}

export function inform(context: Context, number: number, ...values: readonly (string | number)[]): void {
  context.reply.message(serverMessage(number, ...values));
}

/** BACKUP and RESTORE close every message with a DONE of its own (recorded from SQL Server 2022). */
export function informAndClose(
  context: Context,
  command: number,
  number: number,
  ...values: readonly (string | number)[]
): void {
  if (context.session.request?.omitted.has(number)) return;
  inform(context, number, ...values);
  context.reply.done(undefined, command);
}

const SEND_AT = 64 * 1024;

/** A result; large ones go out while they are made. */
export async function sendRows(
  context: Context,
  columns: readonly Column[],
  rows: Iterable<readonly Value[]>,
  command?: number,
): Promise<void> {
  context.reply.columns(columns);
  let count = 0;
  for (const row of rows) {
    context.reply.row(row);
    count++;
    if (context.reply.waiting > SEND_AT) await context.reply.flush();
  }
  context.reply.done(count, command);
}
