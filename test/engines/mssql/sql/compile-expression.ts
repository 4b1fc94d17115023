import { type Column, type ColumnType, TYPE, type Value } from '../tds/column-types.ts';
import { aggregateOf } from './aggregates.ts';
import { castValue } from './cast-value.ts';
import { commonType } from './common-type.ts';
import { compareValues } from './compare-values.ts';
import { compileOperator } from './compile-operator.ts';
import type { Expression } from './expression.ts';
import { likePattern } from './like-pattern.ts';
import { runSelect } from './run-select.ts';
import { refusal } from './sql-failure.ts';

export type Row = readonly Value[];

/** Columns that a name may mean, and those of the statement around. */
export interface Scope {
  columns: readonly { alias: string; name: string; type: ColumnType }[];
  outer: Scope | undefined;
}

/** The values of one row, and of the row around. */
export interface Environment {
  row: Row;
  /** The rows of the group, where there are groups. */
  group: readonly Row[] | undefined;
  outer: Environment | undefined;
}

export interface Compiled {
  type: ColumnType;
  value(environment: Environment): Value;
}

export interface Relation {
  columns: readonly Column[];
  rows(): Iterable<Row>;
}

export interface ScalarFunction {
  type: ColumnType | ((types: readonly ColumnType[]) => ColumnType);
  call(values: readonly Value[]): Value;
}

/** What names mean outside the statement itself. Each throws the server's error for an unknown one. */
export interface SqlWorld {
  variable(name: string): { type: ColumnType; value: Value };
  scalarFunction(name: string): ScalarFunction;
  relation(parts: readonly string[]): Relation;
  tableFunction(parts: readonly string[], values: readonly Value[]): Relation;
}

/** Resolves names and types. Throws the server's errors for unknown ones. */
export function compileExpression(of: Expression, scope: Scope, world: SqlWorld): Compiled {
  const compile = (inner: Expression): Compiled => compileExpression(inner, scope, world);
  switch (of.kind) {
    case 'literal':
      return { type: of.type, value: () => of.value };
    case 'variable': {
      const { type, value } = world.variable(of.name);
      return { type, value: () => value };
    }
    case 'column':
      return compileColumn(of.parts, scope);
    case 'call':
      return compileCall(of, compile, world);
    case 'unary':
    case 'binary':
      return compileOperator(of, compile);
    case 'is-null': {
      const inner = compile(of.of);
      return condition((environment) => (inner.value(environment) === null) !== of.not);
    }
    case 'in':
      return compileIn(of, compile, scope, world);
    case 'like': {
      const [text, pattern] = [compile(of.of), compile(of.pattern)];
      const escapeLetter = of.escape && compile(of.escape);
      return condition((environment) => {
        const [left, right] = [text.value(environment), pattern.value(environment)];
        if (left === null || right === null) return null;
        const matcher = likePattern(String(right), escapeLetter && String(escapeLetter.value(environment)));
        return matcher.test(String(left)) !== of.not;
      });
    }
    case 'between':
      return compileBetween(of, compile);
    case 'case':
      return compileCase(of, compile);
    case 'cast': {
      const [inner, style] = [compile(of.of), of.style && compile(of.style)];
      return {
        type: of.to,
        value: (environment) =>
          castValue(inner.value(environment), of.to, style ? Number(style.value(environment)) : 0),
      };
    }
    case 'exists':
      return condition((environment) => runSelect(of.select, world, { scope, environment }).rows.length > 0);
    case 'select': {
      const { columns } = runSelect(of.select, world, { scope, environment: undefined });
      return {
        type: (columns[0] as Column).type,
        value: (environment) => runSelect(of.select, world, { scope, environment }).rows[0]?.[0] ?? null,
      };
    }
  }
}

function condition(value: Compiled['value']): Compiled {
  return { type: TYPE.bit, value };
}

function compileColumn(parts: readonly string[], scope: Scope): Compiled {
  const name = (parts.at(-1) as string).toLowerCase();
  const alias = parts.at(-2)?.toLowerCase();
  let depth = 0;
  for (let at: Scope | undefined = scope; at; at = at.outer, depth++) {
    const index = at.columns.findIndex(
      (column) =>
        column.name.toLowerCase() === name && (alias === undefined || column.alias.toLowerCase() === alias),
    );
    if (index < 0) continue;
    const up = depth;
    return {
      type: (at.columns[index] as { type: ColumnType }).type,
      value(environment) {
        let from: Environment | undefined = environment;
        for (let level = 0; level < up; level++) from = from?.outer;
        return from?.row[index] ?? null;
      },
    };
  }
  throw alias === undefined ? refusal(207, parts.at(-1) as string) : refusal(4104, parts.join('.'));
}

function compileCall(
  of: Extract<Expression, { kind: 'call' }>,
  compile: (inner: Expression) => Compiled,
  world: SqlWorld,
): Compiled {
  const given = of.arguments.map(compile);
  const types = given.map(({ type }) => type);
  const aggregate = aggregateOf(of.name);
  if (aggregate) {
    return {
      type: aggregate.type(types),
      value(environment) {
        const rows = (environment.group ?? []).map((row) =>
          of.star ? [1] : given.map(({ value }) => value({ ...environment, row, group: undefined })),
        );
        return aggregate.over(of.distinct ? withoutRepeats(rows) : rows);
      },
    };
  }
  const called = world.scalarFunction(of.name);
  return {
    type: typeof called.type === 'function' ? called.type(types) : called.type,
    value: (environment) => called.call(given.map(({ value }) => value(environment))),
  };
}

function withoutRepeats(rows: readonly Row[]): Row[] {
  return rows.filter(
    ([value = null], index) =>
      rows.findIndex(([other = null]) => compareValues(value, other) === 0) === index,
  );
}

function compileIn(
  of: Extract<Expression, { kind: 'in' }>,
  compile: (inner: Expression) => Compiled,
  scope: Scope,
  world: SqlWorld,
): Compiled {
  const wanted = compile(of.of);
  const fixed = Array.isArray(of.list) ? of.list.map(compile) : undefined;
  const select = Array.isArray(of.list) ? undefined : of.list;
  return condition((environment) => {
    const value = wanted.value(environment);
    if (value === null) return null;
    const list = fixed
      ? fixed.map((item) => item.value(environment))
      : runSelect(select as NonNullable<typeof select>, world, { scope, environment }).rows.map(
          ([first = null]) => first,
        );
    if (list.some((item) => compareValues(value, item) === 0)) return !of.not;
    return list.includes(null) ? null : of.not;
  });
}

function compileBetween(
  of: Extract<Expression, { kind: 'between' }>,
  compile: (inner: Expression) => Compiled,
): Compiled {
  const [value, low, high] = [compile(of.of), compile(of.low), compile(of.high)];
  return condition((environment) => {
    const at = value.value(environment);
    const above = compareValues(at, low.value(environment));
    const below = compareValues(at, high.value(environment));
    if (above === undefined || below === undefined) return null;
    return (above >= 0 && below <= 0) !== of.not;
  });
}

function compileCase(
  of: Extract<Expression, { kind: 'case' }>,
  compile: (inner: Expression) => Compiled,
): Compiled {
  const compared = of.of && compile(of.of);
  const branches = of.branches.map(({ when, result }) => ({ when: compile(when), result: compile(result) }));
  const otherwise = of.otherwise && compile(of.otherwise);
  const results = [...of.branches.map(({ result }) => result), ...(of.otherwise ? [of.otherwise] : [])];
  const types = results.filter((result) => !isNull(result)).map((result) => compile(result).type);
  return {
    type: commonType(types),
    value(environment) {
      const left = compared?.value(environment);
      for (const { when, result } of branches) {
        const right = when.value(environment);
        if (left === undefined ? right === true : compareValues(left, right) === 0) {
          return result.value(environment);
        }
      }
      return otherwise?.value(environment) ?? null;
    },
  };
}

function isNull(expression: Expression): boolean {
  return expression.kind === 'literal' && expression.value === null;
}
