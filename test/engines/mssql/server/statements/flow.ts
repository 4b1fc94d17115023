import type { Cursor } from '../../sql/cursor.ts';
import { parseExpression } from '../../sql/parse-expression.ts';
import { type PlacedStatement, parseStatement } from '../parse-statements.ts';
import { runStatements } from '../run-batch.ts';
import { evaluate, type Statement } from '../statement.ts';

export function parseIf(cursor: Cursor): Statement {
  cursor.expect('if');
  const condition = parseExpression(cursor);
  const yes = parseStatement(cursor);
  const semicolon = cursor.at(';', 'else') && cursor.accept(';');
  const no = (semicolon || cursor.at('else')) && cursor.accept('else') ? parseStatement(cursor) : undefined;
  return {
    command: 'CONDITIONAL',
    async run(context) {
      const chosen = evaluate(condition, context) === true ? yes : no;
      if (chosen) await runStatements([chosen], context);
    },
  };
}

/** BEGIN ... END, or the beginning and end of a transaction, which is kept as a mark only. */
export function parseBegin(cursor: Cursor): Statement {
  if (cursor.accept('begin', 'tran') || cursor.accept('begin', 'transaction')) return mark(true);
  for (const word of ['commit', 'rollback']) {
    if (!cursor.accept(word)) continue;
    if (!cursor.accept('tran')) cursor.accept('transaction');
    return mark(false);
  }
  cursor.expect('begin');
  const inner: PlacedStatement[] = [];
  while (!cursor.accept('end')) {
    if (cursor.accept(';')) continue;
    inner.push(parseStatement(cursor));
  }
  return {
    command: 'BEGIN',
    async run(context) {
      await runStatements(inner, context);
    },
  };
}

function mark(inTransaction: boolean): Statement {
  return {
    command: 'TRANSACTION',
    run({ session, reply }) {
      session.inTransaction = inTransaction;
      reply.done();
    },
  };
}

export function parseReturn(cursor: Cursor): Statement {
  cursor.expect('return');
  if (cursor.peek().kind === 'number') cursor.next();
  return {
    command: 'RETURN',
    run(context) {
      context.returned = true;
    },
  };
}
