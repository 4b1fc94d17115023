import { type ColumnType, TYPE, type Value } from '../tds/column-types.ts';
import { compareValues } from './compare-values.ts';
import type { Row } from './compile-expression.ts';

export interface Aggregate {
  type(types: readonly ColumnType[]): ColumnType;
  /** Of the arguments' values, row by row. */
  over(rows: readonly Row[]): Value;
}

/** The aggregate function of that name, if there is one. */
export function aggregateOf(name: string): Aggregate | undefined {
  return AGGREGATES[name];
}

const first: Aggregate['type'] = ([type = TYPE.int]) => type;
const known = (rows: readonly Row[]): Exclude<Value, null>[] =>
  rows.flatMap(([value]) => (value === null || value === undefined ? [] : [value]));

const AGGREGATES: Record<string, Aggregate> = {
  count: { type: () => TYPE.int, over: (rows) => known(rows).length },
  count_big: { type: () => TYPE.bigint, over: (rows) => BigInt(known(rows).length) },
  sum: {
    type: ([type = TYPE.int]) => (type.kind === 'int' && type.bytes < 4 ? TYPE.int : type),
    over: sum,
  },
  avg: {
    type: first,
    over: (rows) => {
      const values = known(rows);
      if (values.length === 0) return null;
      return Math.trunc(values.reduce<number>((total, value) => total + Number(value), 0) / values.length);
    },
  },
  min: { type: first, over: (rows) => extreme(rows, -1) },
  max: { type: first, over: (rows) => extreme(rows, 1) },
  string_agg: {
    type: () => TYPE.text,
    over: (rows) => (known(rows).length === 0 ? null : known(rows).map(String).join(String(rows[0]?.[1]))),
  },
  checksum_agg: {
    type: () => TYPE.int,
    over: (rows) => known(rows).reduce<number>((total, value) => total ^ Number(value), 0),
  },
};

function sum(rows: readonly Row[]): Value {
  const values = known(rows);
  if (values.length === 0) return null;
  if (values.some((value) => typeof value === 'bigint')) {
    return values.reduce<bigint>((total, value) => total + BigInt(value as number), 0n);
  }
  return values.reduce<number>((total, value) => total + Number(value), 0);
}

function extreme(rows: readonly Row[], sign: number): Value {
  return known(rows).reduce<Value>((best, value) => {
    const order = best === null ? sign : (compareValues(value, best) ?? 0);
    return order * sign > 0 ? value : best;
  }, null);
}
