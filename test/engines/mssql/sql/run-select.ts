import type { Column, Value } from '../tds/column-types.ts';
import { TYPE } from '../tds/column-types.ts';
import { aggregateOf } from './aggregates.ts';
import { compareValues } from './compare-values.ts';
import {
  type Compiled,
  compileExpression,
  type Environment,
  type Row,
  type Scope,
  type SqlWorld,
} from './compile-expression.ts';
import type { Expression, Select } from './expression.ts';
import { joinSources } from './join-sources.ts';

export interface SelectResult {
  columns: Column[];
  rows: Row[];
}

/** Where a select stands inside another; no environment means that only its columns are asked for. */
export interface Around {
  scope: Scope;
  environment: Environment | undefined;
}

export function runSelect(select: Select, world: SqlWorld, around?: Around): SelectResult {
  const onlyColumns = around !== undefined && around.environment === undefined;
  const { scope, rows } = joinSources(select, world, around);
  const items = expandItems(select, scope, world);
  const columns = items.map(({ name, of }) => ({ name, type: of.type }));
  if (onlyColumns) return { columns, rows: [] };

  const environments = groupRows(select, scope, world, filterRows(select, scope, world, rows));
  const made = environments.map((environment) => ({
    environment,
    row: items.map(({ of }) => of.value(environment)),
  }));
  const all = select.distinct ? withoutRepeats(made) : made;
  if (select.union) {
    const other = runSelect(select.union.with, world, around).rows.map((row) => ({
      environment: { row, group: undefined, outer: undefined },
      row,
    }));
    all.push(...other);
    if (!select.union.all) all.splice(0, all.length, ...withoutRepeats(all));
  }
  orderRows(select, scope, columns, world, all);
  const top =
    select.top &&
    Number(compileExpression(select.top, scope, world).value(all[0]?.environment as Environment));
  return { columns, rows: all.slice(0, top).map(({ row }) => row) };
}

interface Item {
  name: string;
  of: Compiled;
}

function expandItems(select: Select, scope: Scope, world: SqlWorld): Item[] {
  return select.items.flatMap((item): Item[] => {
    if (item.of) return [{ name: item.name, of: compileExpression(item.of, scope, world) }];
    return scope.columns.flatMap(({ alias, name, type }, index) =>
      item.name === '' || item.name.toLowerCase() === alias.toLowerCase()
        ? [{ name, of: { type, value: ({ row }: Environment) => row[index] ?? null } }]
        : [],
    );
  });
}

function filterRows(
  select: Select,
  scope: Scope,
  world: SqlWorld,
  rows: readonly Environment[],
): readonly Environment[] {
  if (!select.where) return rows;
  const where = compileExpression(select.where, scope, world);
  return rows.filter((environment) => where.value(environment) === true);
}

function groupRows(
  select: Select,
  scope: Scope,
  world: SqlWorld,
  rows: readonly Environment[],
): readonly Environment[] {
  const aggregated = select.items.some(({ of }) => of && holdsAggregate(of)) || select.having !== undefined;
  if (select.groupBy.length === 0 && !aggregated) return rows;
  const keys = select.groupBy.map((by) => compileExpression(by, scope, world));
  const groups = new Map<string, Environment[]>();
  // Without GROUP BY there is one group, of no rows too.
  if (keys.length === 0) groups.set('', []);
  for (const environment of rows) {
    const key = keys.map(({ value }) => keyOf(value(environment))).join('\u0000');
    groups.set(key, [...(groups.get(key) ?? []), environment]);
  }
  const grouped = [...groups.values()].map(
    (members): Environment => ({
      row: members[0]?.row ?? [],
      group: members.map(({ row }) => row),
      outer: members[0]?.outer,
    }),
  );
  if (!select.having) return grouped;
  const having = compileExpression(select.having, scope, world);
  return grouped.filter((environment) => having.value(environment) === true);
}

function holdsAggregate(of: Expression): boolean {
  switch (of.kind) {
    case 'call':
      return aggregateOf(of.name) !== undefined || of.arguments.some(holdsAggregate);
    case 'unary':
    case 'is-null':
    case 'cast':
      return holdsAggregate(of.of);
    case 'binary':
      return holdsAggregate(of.left) || holdsAggregate(of.right);
    case 'case':
      return [...of.branches.flatMap(({ when, result }) => [when, result]), of.otherwise].some(
        (part) => part !== undefined && holdsAggregate(part),
      );
    default:
      return false;
  }
}

function keyOf(value: Value): string {
  if (value === null) return 'null';
  if (Buffer.isBuffer(value)) return `x${value.toString('hex')}`;
  return typeof value === 'string' ? `s${value.toLowerCase().trimEnd()}` : `v${String(value)}`;
}

interface MadeRow {
  environment: Environment;
  row: Row;
}

function withoutRepeats(rows: readonly MadeRow[]): MadeRow[] {
  const seen = new Set<string>();
  return rows.filter(({ row }) => {
    const key = row.map(keyOf).join('\u0000');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** By a column of the result, by its place, or by an expression over the rows behind it. */
function orderRows(
  select: Select,
  scope: Scope,
  columns: readonly Column[],
  world: SqlWorld,
  rows: MadeRow[],
): void {
  const orders = select.orderBy.map(({ by, descending }) => {
    const sign = descending ? -1 : 1;
    const index = resultIndex(by, columns);
    if (index >= 0) return { sign, value: ({ row }: MadeRow) => row[index] ?? null };
    const compiled = compileExpression(by, scope, world);
    return { sign, value: ({ environment }: MadeRow) => compiled.value(environment) };
  });
  rows.sort((left, right) => {
    for (const { sign, value } of orders) {
      const [first, second] = [value(left), value(right)];
      const order = compareValues(first, second) ?? Number(first !== null) - Number(second !== null);
      if (order !== 0) return order * sign;
    }
    return 0;
  });
}

function resultIndex(by: Expression, columns: readonly Column[]): number {
  if (by.kind === 'literal' && by.type === TYPE.int) return Number(by.value) - 1;
  if (by.kind !== 'column' || by.parts.length > 1) return -1;
  return columns.findIndex(({ name }) => name.toLowerCase() === by.parts[0]?.toLowerCase());
}
