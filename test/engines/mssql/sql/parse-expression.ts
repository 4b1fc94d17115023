import { type ColumnType, char, nvarchar, TYPE, varbinary } from '../tds/column-types.ts';
import type { Cursor } from './cursor.ts';
import type { Expression } from './expression.ts';
import { parseSelect } from './parse-select.ts';

/** An expression or a condition: OR binds weakest, then AND, NOT, comparisons, sums, products. */
export function parseExpression(cursor: Cursor): Expression {
  let left = parseAnd(cursor);
  while (cursor.accept('or')) left = { kind: 'binary', operator: 'or', left, right: parseAnd(cursor) };
  return left;
}

function parseAnd(cursor: Cursor): Expression {
  let left = parseNot(cursor);
  while (cursor.accept('and')) left = { kind: 'binary', operator: 'and', left, right: parseNot(cursor) };
  return left;
}

function parseNot(cursor: Cursor): Expression {
  if (cursor.accept('not')) return { kind: 'unary', operator: 'not', of: parseNot(cursor) };
  return parseComparison(cursor);
}

const COMPARISONS = ['=', '<>', '!=', '<=', '>=', '<', '>'];

function parseComparison(cursor: Cursor): Expression {
  const left = parseSum(cursor);
  const operator = COMPARISONS.find((symbol) => cursor.at(symbol));
  if (operator) {
    cursor.next();
    return { kind: 'binary', operator: operator === '!=' ? '<>' : operator, left, right: parseSum(cursor) };
  }
  if (cursor.accept('is')) {
    const not = cursor.accept('not');
    cursor.expect('null');
    return { kind: 'is-null', of: left, not };
  }
  const not = cursor.accept('not');
  if (cursor.accept('in')) return { kind: 'in', of: left, list: parseInList(cursor), not };
  if (cursor.accept('like')) {
    const pattern = parseSum(cursor);
    return {
      kind: 'like',
      of: left,
      pattern,
      escape: cursor.accept('escape') ? parseSum(cursor) : undefined,
      not,
    };
  }
  if (cursor.accept('between')) {
    const low = parseSum(cursor);
    cursor.expect('and');
    return { kind: 'between', of: left, low, high: parseSum(cursor), not };
  }
  if (not) throw cursor.failure();
  return left;
}

function parseInList(cursor: Cursor): Extract<Expression, { kind: 'in' }>['list'] {
  cursor.expect('(');
  const list = cursor.at('select') ? parseSelect(cursor) : parseList(cursor);
  cursor.expect(')');
  return list;
}

function parseSum(cursor: Cursor): Expression {
  let left = parseProduct(cursor);
  for (;;) {
    const operator = ['+', '-', '&', '|', '^'].find((symbol) => cursor.at(symbol));
    if (!operator) break;
    cursor.next();
    left = { kind: 'binary', operator, left, right: parseProduct(cursor) };
  }
  // A collation changes how texts compare; the test server compares without case wherever it is not binary.
  if (cursor.accept('collate')) cursor.name();
  return left;
}

function parseProduct(cursor: Cursor): Expression {
  let left = parseUnary(cursor);
  for (;;) {
    const operator = ['*', '/', '%'].find((symbol) => cursor.at(symbol));
    if (!operator) return left;
    cursor.next();
    left = { kind: 'binary', operator, left, right: parseUnary(cursor) };
  }
}

function parseUnary(cursor: Cursor): Expression {
  for (const operator of ['-', '+', '~']) {
    if (cursor.accept(operator)) return { kind: 'unary', operator, of: parseUnary(cursor) };
  }
  return parsePrimary(cursor);
}

function parsePrimary(cursor: Cursor): Expression {
  const token = cursor.peek();
  switch (token.kind) {
    case 'text':
      cursor.next();
      return { kind: 'literal', value: token.text, type: textType(token.text) };
    case 'bytes':
      cursor.next();
      return { kind: 'literal', value: hex(token.text), type: varbinary(8000) };
    case 'number':
      cursor.next();
      return numberLiteral(token.text);
    case 'variable':
      cursor.next();
      return { kind: 'variable', name: token.text.toLowerCase() };
    case 'symbol':
      if (cursor.accept('(')) return parseInBrackets(cursor);
      throw cursor.failure();
    case 'end':
      throw cursor.failure();
    default:
      return parseNamed(cursor);
  }
}

function parseInBrackets(cursor: Cursor): Expression {
  const inner: Expression = cursor.at('select')
    ? { kind: 'select', select: parseSelect(cursor) }
    : parseExpression(cursor);
  cursor.expect(')');
  return inner;
}

function parseNamed(cursor: Cursor): Expression {
  if (cursor.accept('null')) return { kind: 'literal', value: null, type: TYPE.int };
  if (cursor.accept('case')) return parseCase(cursor);
  if (cursor.at('exists', '(')) {
    cursor.expect('exists', '(');
    const select = parseSelect(cursor);
    cursor.expect(')');
    return { kind: 'exists', select };
  }
  if (cursor.at('cast', '(') || cursor.at('try_cast', '(')) return parseCast(cursor);
  if (cursor.at('convert', '(') || cursor.at('try_convert', '(')) return parseConvert(cursor);
  const parts = cursor.dottedName();
  if (!cursor.accept('(')) return { kind: 'column', parts };
  const distinct = cursor.accept('distinct');
  const star = cursor.accept('*');
  const given = star || cursor.at(')') ? [] : parseList(cursor);
  cursor.expect(')');
  skipWithinGroup(cursor);
  const name = parts
    .filter((part) => !['sys', 'dbo', 'master'].includes(part.toLowerCase()))
    .join('.')
    .toLowerCase();
  return { kind: 'call', name, arguments: given, star, distinct };
}

/** STRING_AGG(...) WITHIN GROUP (ORDER BY ...): groups are in the order of their rows here. */
function skipWithinGroup(cursor: Cursor): void {
  if (!cursor.accept('within', 'group')) return;
  cursor.expect('(', 'order', 'by');
  do {
    parseExpression(cursor);
    if (!cursor.accept('asc')) cursor.accept('desc');
  } while (cursor.accept(','));
  cursor.expect(')');
}

function parseCase(cursor: Cursor): Expression {
  const of = cursor.at('when') ? undefined : parseExpression(cursor);
  const branches: { when: Expression; result: Expression }[] = [];
  while (cursor.accept('when')) {
    const when = parseExpression(cursor);
    cursor.expect('then');
    branches.push({ when, result: parseExpression(cursor) });
  }
  const otherwise = cursor.accept('else') ? parseExpression(cursor) : undefined;
  cursor.expect('end');
  return { kind: 'case', of, branches, otherwise };
}

function parseCast(cursor: Cursor): Expression {
  const orNull = cursor.next().word === 'try_cast';
  cursor.expect('(');
  const of = parseExpression(cursor);
  cursor.expect('as');
  const to = parseType(cursor);
  cursor.expect(')');
  return { kind: 'cast', of, to, style: undefined, orNull };
}

function parseConvert(cursor: Cursor): Expression {
  const orNull = cursor.next().word === 'try_convert';
  cursor.expect('(');
  const to = parseType(cursor);
  cursor.expect(',');
  const of = parseExpression(cursor);
  const style = cursor.accept(',') ? parseExpression(cursor) : undefined;
  cursor.expect(')');
  return { kind: 'cast', of, to, style, orNull };
}

export function parseList(cursor: Cursor): Expression[] {
  const list = [parseExpression(cursor)];
  while (cursor.accept(',')) list.push(parseExpression(cursor));
  return list;
}

const PLAIN_TYPES: Record<string, ColumnType> = {
  int: TYPE.int,
  bigint: TYPE.bigint,
  smallint: TYPE.smallint,
  tinyint: TYPE.tinyint,
  bit: TYPE.bit,
  real: TYPE.real,
  float: TYPE.float,
  uniqueidentifier: TYPE.guid,
  datetime: TYPE.datetime,
  datetime2: TYPE.datetime2,
  sysname: TYPE.sysname,
  sql_variant: TYPE.variant,
};

/** A type's name with its length, as CAST, DECLARE and CREATE TABLE have it. */
export function parseType(cursor: Cursor): ColumnType {
  const token = cursor.peek();
  const name = cursor.name().toLowerCase();
  const size = parseSize(cursor);
  const plain = PLAIN_TYPES[name];
  if (plain) return plain;
  const length = size[0] ?? 30;
  switch (name) {
    case 'nvarchar':
    case 'nchar':
    case 'varchar':
      return length === 'max' ? TYPE.text : nvarchar(length);
    case 'char':
      return char(length === 'max' ? 30 : length);
    case 'varbinary':
    case 'binary':
      return length === 'max' ? TYPE.bytes : varbinary(length);
    case 'decimal':
    case 'numeric':
      return { kind: 'decimal', digits: Number(size[0] ?? 18), scale: Number(size[1] ?? 0) };
    default:
      throw Object.assign(cursor.failure(), { near: token.text });
  }
}

function parseSize(cursor: Cursor): (number | 'max')[] {
  const size: (number | 'max')[] = [];
  if (!cursor.accept('(')) return size;
  do {
    size.push(cursor.accept('max') ? 'max' : Number(cursor.next().text));
  } while (cursor.accept(','));
  cursor.expect(')');
  return size;
}

function textType(text: string): ColumnType {
  return text.length > 4000 ? TYPE.text : nvarchar(Math.max(text.length, 1));
}

function hex(text: string): Buffer {
  const digits = text.slice(2);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
}

function numberLiteral(text: string): Expression {
  if (text.includes('.')) {
    const scale = text.length - text.indexOf('.') - 1;
    return { kind: 'literal', value: Number(text), type: { kind: 'decimal', digits: 18, scale } };
  }
  const value = BigInt(text);
  return value > 2_147_483_647n
    ? { kind: 'literal', value, type: TYPE.bigint }
    : { kind: 'literal', value: Number(value), type: TYPE.int };
}
