import { TYPE } from '../tds/column-types.ts';
import {
  compileExpression,
  type Environment,
  type Relation,
  type Row,
  type Scope,
  type SqlWorld,
} from './compile-expression.ts';
import type { FromItem, Join, Select } from './expression.ts';
import { type Around, runSelect } from './run-select.ts';

/** The rows that FROM and its joins make, and what its columns are called. */
export function joinSources(
  select: Select,
  world: SqlWorld,
  around: Around | undefined,
): { scope: Scope; rows: Environment[] } {
  const outer = around?.environment;
  const empty: Scope = { columns: [], outer: around?.scope };
  if (!select.from) return { scope: empty, rows: [{ row: [], group: undefined, outer }] };
  const first = openSource(select.from, world, empty, { row: [], group: undefined, outer });
  let scope: Scope = { columns: named(select.from, first), outer: around?.scope };
  let rows: Row[] = [...first.rows()];
  for (const join of select.joins) ({ scope, rows } = addJoin(join, scope, rows, world, outer));
  return { scope, rows: rows.map((row) => ({ row, group: undefined, outer })) };
}

function addJoin(
  join: Join,
  scope: Scope,
  rows: readonly Row[],
  world: SqlWorld,
  outer: Environment | undefined,
): { scope: Scope; rows: Row[] } {
  const applied = join.how === 'cross apply' || join.how === 'outer apply';
  const open = (row: Row): Relation => openSource(join.with, world, scope, { row, group: undefined, outer });
  const shape = open(rows[0] ?? []);
  const joined: Scope = { columns: [...scope.columns, ...named(join.with, shape)], outer: scope.outer };
  const on = join.on && compileExpression(join.on, joined, world);
  const fixed = applied ? undefined : [...shape.rows()];
  const made: Row[] = [];
  for (const left of rows) {
    const matches = [...(fixed ?? open(left).rows())]
      .map((right) => [...left, ...right])
      .filter((row) => !on || on.value({ row, group: undefined, outer }) === true);
    if (matches.length > 0) made.push(...matches);
    else if (join.how === 'left' || join.how === 'outer apply') {
      made.push([...left, ...shape.columns.map(() => null)]);
    }
  }
  return { scope: joined, rows: made };
}

function openSource(item: FromItem, world: SqlWorld, scope: Scope, environment: Environment): Relation {
  switch (item.kind) {
    case 'object':
      return world.relation(item.parts);
    case 'function': {
      const values = item.arguments.map((of) => compileExpression(of, scope, world).value(environment));
      return world.tableFunction(item.parts, values);
    }
    case 'select': {
      const result = runSelect(item.select, world, { scope, environment });
      return { columns: result.columns, rows: () => result.rows };
    }
    case 'values': {
      const compiled = item.rows.map((row) => row.map((of) => compileExpression(of, scope, world)));
      const types = compiled[0]?.map(({ type }) => type) ?? [];
      return {
        columns: item.columns.map((name, index) => ({ name, type: types[index] ?? TYPE.int })),
        rows: () => compiled.map((row) => row.map((of) => of.value(environment))),
      };
    }
  }
}

function named(item: FromItem, relation: Relation): Scope['columns'] {
  return relation.columns.map(({ name, type }) => ({ alias: item.alias, name, type }));
}
