import { castValue } from '../../sql/cast-value.ts';
import type { Cursor } from '../../sql/cursor.ts';
import { parseExpression, parseType } from '../../sql/parse-expression.ts';
import { refusal } from '../../sql/sql-failure.ts';
import { evaluate, type Statement } from '../statement.ts';

export function parseDeclare(cursor: Cursor): Statement {
  cursor.expect('declare');
  const declared: {
    name: string;
    type: ReturnType<typeof parseType>;
    value: ReturnType<typeof parseExpression> | undefined;
  }[] = [];
  do {
    const token = cursor.next();
    if (token.kind !== 'variable') throw cursor.failure();
    cursor.accept('as');
    const type = parseType(cursor);
    declared.push({
      name: token.text.toLowerCase(),
      type,
      value: cursor.accept('=') ? parseExpression(cursor) : undefined,
    });
  } while (cursor.accept(','));
  return {
    command: 'DECLARE',
    run(context) {
      for (const { name, type, value } of declared) {
        context.variables.set(name, {
          type,
          value: value ? castValue(evaluate(value, context), type) : null,
        });
      }
    },
  };
}

/** SET @name = ..., and the session's options, which change nothing here. */
export function parseSet(cursor: Cursor): Statement {
  cursor.expect('set');
  if (cursor.peek().kind !== 'variable') return parseOption(cursor);
  const name = cursor.next().text.toLowerCase();
  cursor.expect('=');
  const value = parseExpression(cursor);
  return {
    command: 'SET',
    run(context) {
      const variable = context.variables.get(name);
      if (!variable) throw refusal(137, name);
      variable.value = castValue(evaluate(value, context), variable.type);
    },
  };
}

/** Options with ON or OFF, and those with a value; each as drivers and tools send them when they sign in. */
const SWITCHES =
  `ansi_nulls ansi_null_dflt_on ansi_padding ansi_warnings arithabort concat_null_yields_null cursor_close_on_commit
  implicit_transactions nocount noexec numeric_roundabort quoted_identifier xact_abort`.split(/\s+/);
const VALUES = [
  'datefirst',
  'dateformat',
  'deadlock_priority',
  'language',
  'lock_timeout',
  'rowcount',
  'textsize',
];

function parseOption(cursor: Cursor): Statement {
  if (cursor.accept('transaction', 'isolation', 'level')) {
    if (!cursor.accept('read', 'committed') && !cursor.accept('read', 'uncommitted')) cursor.name();
    return nothing();
  }
  const option = cursor.oneOf(...SWITCHES, ...VALUES);
  if (SWITCHES.includes(option)) cursor.oneOf('on', 'off');
  else if (!cursor.accept('-')) cursor.next();
  else cursor.next();
  return nothing();
}

function nothing(): Statement {
  return { command: 'SET', run: ({ reply }) => reply.done() };
}

export function parsePrint(cursor: Cursor): Statement {
  cursor.expect('print');
  const value = parseExpression(cursor);
  return {
    command: 'PRINT',
    run(context) {
      const text = String(evaluate(value, context) ?? '');
      context.reply.message({ number: 0, severity: 0, state: 1, text });
    },
  };
}
