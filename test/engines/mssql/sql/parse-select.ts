import type { Cursor } from './cursor.ts';
import type { Expression, FromItem, Join, Select, SelectItem } from './expression.ts';
import { parseExpression, parseList } from './parse-expression.ts';

/** A SELECT with joins, groups and UNION; the cursor stands behind it afterwards. */
export function parseSelect(cursor: Cursor): Select {
  const first = parseOne(cursor);
  if (cursor.accept('union')) {
    const all = cursor.accept('all');
    first.union = { all, with: parseSelect(cursor) };
    // ORDER BY at the end is of the whole.
    first.orderBy = first.union.with.orderBy;
    first.union.with.orderBy = [];
  }
  return first;
}

function parseOne(cursor: Cursor): Select {
  cursor.expect('select');
  const distinct = cursor.accept('distinct');
  const top = cursor.accept('top') ? parseTop(cursor) : undefined;
  const items = [parseItem(cursor)];
  while (cursor.accept(',')) items.push(parseItem(cursor));
  const select: Select = {
    distinct,
    top,
    items,
    from: undefined,
    joins: [],
    where: undefined,
    groupBy: [],
    having: undefined,
    union: undefined,
    orderBy: [],
  };
  if (cursor.accept('from')) parseFrom(cursor, select);
  if (cursor.accept('where')) select.where = parseExpression(cursor);
  if (cursor.accept('group', 'by')) select.groupBy = parseList(cursor);
  if (cursor.accept('having')) select.having = parseExpression(cursor);
  if (cursor.accept('order', 'by')) select.orderBy = parseOrder(cursor);
  if (cursor.accept('option')) skipBrackets(cursor);
  return select;
}

function parseTop(cursor: Cursor): Expression {
  const bracket = cursor.accept('(');
  const token = cursor.peek();
  if (bracket) {
    const of = parseExpression(cursor);
    cursor.expect(')');
    return of;
  }
  cursor.next();
  return { kind: 'literal', value: Number(token.text), type: { kind: 'int', bytes: 4 } };
}

/** Words that may follow an expression and are therefore no alias. */
const NO_ALIAS = new Set(
  `from where group having order union on inner left right full cross outer join option for as into
  select insert update delete set if else begin end exec execute declare use return print alter create drop
  backup restore kill dbcc grant with while go values waitfor raiserror throw revert`.split(/\s+/),
);

function parseItem(cursor: Cursor): SelectItem {
  if (cursor.accept('*')) return { of: undefined, name: '', into: undefined };
  if (cursor.peek(1).text === '.' && cursor.peek(2).text === '*') {
    const name = cursor.name();
    cursor.expect('.', '*');
    return { of: undefined, name, into: undefined };
  }
  if (cursor.peek().kind === 'variable' && cursor.peek(1).text === '=') {
    const into = cursor.next().text.toLowerCase();
    cursor.expect('=');
    return { of: parseExpression(cursor), name: '', into };
  }
  const following = cursor.peek(1);
  if (
    ['word', 'name'].includes(cursor.peek().kind) &&
    following.kind === 'symbol' &&
    following.text === '='
  ) {
    const name = cursor.name();
    cursor.expect('=');
    return { of: parseExpression(cursor), name, into: undefined };
  }
  const of = parseExpression(cursor);
  const own = of.kind === 'column' ? (of.parts.at(-1) as string) : '';
  return { of, name: parseAlias(cursor) ?? own, into: undefined };
}

function parseAlias(cursor: Cursor): string | undefined {
  const as = cursor.accept('as');
  const token = cursor.peek();
  if (as) return token.kind === 'text' ? cursor.next().text : cursor.name();
  const isName = token.kind === 'name' || (token.kind === 'word' && !NO_ALIAS.has(token.word));
  return isName ? cursor.name() : undefined;
}

function parseFrom(cursor: Cursor, select: Select): void {
  select.from = parseFromItem(cursor);
  for (;;) {
    const how = parseJoinWord(cursor);
    if (!how) return;
    const join: Join = { how, with: parseFromItem(cursor), on: undefined };
    if (how === 'inner' || how === 'left') {
      cursor.expect('on');
      join.on = parseExpression(cursor);
    }
    select.joins.push(join);
  }
}

function parseJoinWord(cursor: Cursor): Join['how'] | undefined {
  if (cursor.accept(',')) return 'cross';
  if (cursor.accept('cross', 'join')) return 'cross';
  if (cursor.accept('cross', 'apply')) return 'cross apply';
  if (cursor.accept('outer', 'apply')) return 'outer apply';
  if (cursor.accept('join') || cursor.accept('inner', 'join')) return 'inner';
  if (cursor.accept('left', 'join') || cursor.accept('left', 'outer', 'join')) return 'left';
  return undefined;
}

function parseFromItem(cursor: Cursor): FromItem {
  if (cursor.accept('(')) {
    if (cursor.accept('values')) return parseValues(cursor);
    const select = parseSelect(cursor);
    cursor.expect(')');
    return { kind: 'select', select, alias: parseAlias(cursor) ?? '' };
  }
  const parts = cursor.dottedName();
  const own = parts.at(-1) as string;
  if (cursor.accept('(')) {
    const given = cursor.at(')') ? [] : parseList(cursor);
    cursor.expect(')');
    return { kind: 'function', parts, arguments: given, alias: parseAlias(cursor) ?? own };
  }
  const alias = parseAlias(cursor) ?? own;
  // WITH (NOLOCK) and its like.
  if (cursor.accept('with')) skipBrackets(cursor);
  return { kind: 'object', parts, alias };
}

function parseValues(cursor: Cursor): FromItem {
  const rows: Expression[][] = [];
  do {
    cursor.expect('(');
    rows.push(parseList(cursor));
    cursor.expect(')');
  } while (cursor.accept(','));
  cursor.expect(')');
  const alias = parseAlias(cursor) ?? '';
  const columns: string[] = [];
  cursor.expect('(');
  do columns.push(cursor.name());
  while (cursor.accept(','));
  cursor.expect(')');
  return { kind: 'values', rows, alias, columns };
}

function parseOrder(cursor: Cursor): Select['orderBy'] {
  const order: Select['orderBy'] = [];
  do {
    const by = parseExpression(cursor);
    const descending = cursor.accept('desc');
    if (!descending) cursor.accept('asc');
    order.push({ by, descending });
  } while (cursor.accept(','));
  return order;
}

function skipBrackets(cursor: Cursor): void {
  cursor.expect('(');
  for (let depth = 1; depth > 0; ) {
    const token = cursor.next();
    if (token.kind === 'end') throw cursor.failure();
    if (token.text === '(' && token.kind === 'symbol') depth++;
    if (token.text === ')' && token.kind === 'symbol') depth--;
  }
}
