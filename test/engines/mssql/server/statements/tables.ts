import { castValue } from '../../sql/cast-value.ts';
import { compareValues } from '../../sql/compare-values.ts';
import { compileExpression, type Scope } from '../../sql/compile-expression.ts';
import type { Cursor } from '../../sql/cursor.ts';
import type { Expression, Select } from '../../sql/expression.ts';
import { parseExpression, parseList, parseType } from '../../sql/parse-expression.ts';
import { parseSelect } from '../../sql/parse-select.ts';
import { runSelect } from '../../sql/run-select.ts';
import { refusal } from '../../sql/sql-failure.ts';
import type { Value } from '../../tds/column-types.ts';
import { findDatabase } from '../lookup.ts';
import type { Database, ServerState, Session, Table, TableColumn } from '../model.ts';
import { type Context, evaluate, type Statement } from '../statement.ts';
import { findTable } from '../world.ts';

/** CREATE TABLE with columns of NULL, NOT NULL, PRIMARY KEY and IDENTITY: enough to hold what a test compares. */
export function parseCreateTable(cursor: Cursor): Statement {
  cursor.expect('create', 'table');
  const parts = cursor.dottedName();
  cursor.expect('(');
  const columns: TableColumn[] = [];
  do columns.push(parseColumn(cursor));
  while (cursor.accept(','));
  cursor.expect(')');
  return {
    command: 'CREATE TABLE',
    run({ state, session, reply }) {
      const { database, schema, name } = place(parts, state, session);
      if (findTable(database, schema, name)) throw refusal(2714, name);
      const { content } = database;
      content.tables.push({ id: content.nextObjectId++, schema, name, columns, rows: [] });
      reply.done();
    },
  };
}

function parseColumn(cursor: Cursor): TableColumn {
  const column: TableColumn = {
    name: cursor.name(),
    type: parseType(cursor),
    nullable: true,
    key: false,
    identity: false,
  };
  for (;;) {
    if (cursor.accept('not', 'null')) column.nullable = false;
    else if (cursor.accept('null')) column.nullable = true;
    else if (cursor.accept('identity')) {
      column.identity = true;
      if (cursor.accept('(')) while (cursor.next().text !== ')');
    } else if (cursor.accept('primary', 'key')) {
      column.key = true;
      column.nullable = false;
      if (!cursor.accept('clustered')) cursor.accept('nonclustered');
    } else return column;
  }
}

export function parseDropTable(cursor: Cursor): Statement {
  cursor.expect('drop', 'table');
  const ifThere = cursor.accept('if', 'exists');
  const parts = cursor.dottedName();
  return {
    command: 'DROP TABLE',
    run({ state, session, reply }) {
      const { database, schema, name } = place(parts, state, session);
      const table = findTable(database, schema, name);
      const { tables } = database.content;
      if (table) tables.splice(tables.indexOf(table), 1);
      else if (!ifThere) throw refusal(3701, 'table', name);
      reply.done();
    },
  };
}

export function parseInsert(cursor: Cursor): Statement {
  cursor.expect('insert');
  cursor.accept('into');
  const parts = cursor.dottedName();
  const names = cursor.accept('(') ? parseNames(cursor) : undefined;
  const rows: Expression[][] = [];
  let select: Select | undefined;
  if (cursor.accept('values')) {
    do {
      cursor.expect('(');
      rows.push(parseList(cursor));
      cursor.expect(')');
    } while (cursor.accept(','));
  } else select = parseSelect(cursor);
  return {
    command: 'INSERT',
    run(context) {
      const table = requireTable(parts, context);
      const values = select
        ? runSelect(select, context.world).rows
        : rows.map((row) => row.map((of) => evaluate(of, context)));
      for (const row of values) insertRow(table, names, row);
      context.reply.done(values.length);
    },
  };
}

function parseNames(cursor: Cursor): string[] {
  const names: string[] = [];
  do names.push(cursor.name().toLowerCase());
  while (cursor.accept(','));
  cursor.expect(')');
  return names;
}

function insertRow(table: Table, names: string[] | undefined, values: readonly Value[]): void {
  const given =
    names ?? table.columns.filter(({ identity }) => !identity).map(({ name }) => name.toLowerCase());
  const row = table.columns.map((column, index) => {
    const at = given.indexOf(column.name.toLowerCase());
    if (at < 0 && column.identity) return Math.max(0, ...table.rows.map((other) => Number(other[index]))) + 1;
    const value = castValue(values[at] ?? null, column.type);
    if (value === null && !column.nullable) throw refusal(515, column.name, table.name);
    return value;
  });
  const keys = table.columns.flatMap(({ key }, index) => (key ? [index] : []));
  const taken = (other: readonly Value[]): boolean =>
    keys.every((index) => compareValues(other[index] ?? null, row[index] ?? null) === 0);
  if (keys.length > 0 && table.rows.some(taken)) {
    throw refusal(2627, table.name, keys.map((index) => String(row[index])).join(', '));
  }
  table.rows.push(row);
}

/** UPDATE table SET ... [WHERE ...], DELETE FROM table [WHERE ...]. */
export function parseModify(cursor: Cursor): Statement {
  const isDelete = cursor.oneOf('update', 'delete') === 'delete';
  if (isDelete) cursor.accept('from');
  const parts = cursor.dottedName();
  const changes: { name: string; to: Expression }[] = [];
  if (!isDelete) {
    cursor.expect('set');
    do {
      const name = cursor.name().toLowerCase();
      cursor.expect('=');
      changes.push({ name, to: parseExpression(cursor) });
    } while (cursor.accept(','));
  }
  const where = cursor.accept('where') ? parseExpression(cursor) : undefined;
  return {
    command: isDelete ? 'DELETE' : 'UPDATE',
    run(context) {
      const table = requireTable(parts, context);
      const scope: Scope = {
        columns: table.columns.map(({ name, type }) => ({ alias: table.name, name, type })),
        outer: undefined,
      };
      const matcher = where && compileExpression(where, scope, context.world);
      const matches = (row: Value[]): boolean =>
        !matcher || matcher.value({ row, group: undefined, outer: undefined }) === true;
      const count = table.rows.filter(matches).length;
      if (isDelete) table.rows = table.rows.filter((row) => !matches(row));
      else changeRows(table, table.rows.filter(matches), changes, scope, context);
      context.reply.done(count);
    },
  };
}

function changeRows(
  table: Table,
  rows: Value[][],
  changes: { name: string; to: Expression }[],
  scope: Scope,
  context: Context,
): void {
  const compiled = changes.map(({ name, to }) => {
    const index = table.columns.findIndex((column) => column.name.toLowerCase() === name);
    const column = table.columns[index];
    if (!column) throw refusal(207, name);
    return { index, column, to: compileExpression(to, scope, context.world) };
  });
  for (const row of rows) {
    const values = compiled.map(({ to, column }) =>
      castValue(to.value({ row, group: undefined, outer: undefined }), column.type),
    );
    for (const [at, { index }] of compiled.entries()) row[index] = values[at] ?? null;
  }
}

function requireTable(parts: readonly string[], { state, session }: Context): Table {
  const { database, schema, name } = place(parts, state, session);
  const table = findTable(database, schema, name);
  if (!table) throw refusal(208, parts.join('.'));
  return table;
}

function place(
  parts: readonly string[],
  state: ServerState,
  session: Session,
): { database: Database; schema: string; name: string } {
  const [name = '', schema = '', own] = [...parts].reverse();
  const database = own === undefined ? session.database : findDatabase(state, own);
  if (!database) throw refusal(208, parts.join('.'));
  return { database, schema: schema === '' ? 'dbo' : schema, name };
}
