import type { ColumnType, Value } from '../tds/column-types.ts';

/** An expression as it was written; names are not resolved yet. */
export type Expression =
  | { kind: 'literal'; value: Value; type: ColumnType }
  | { kind: 'column'; parts: string[] }
  | { kind: 'variable'; name: string }
  | { kind: 'call'; name: string; arguments: Expression[]; star: boolean; distinct: boolean }
  | { kind: 'unary'; operator: string; of: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'is-null'; of: Expression; not: boolean }
  | { kind: 'in'; of: Expression; list: Expression[] | Select; not: boolean }
  | { kind: 'like'; of: Expression; pattern: Expression; escape: Expression | undefined; not: boolean }
  | { kind: 'between'; of: Expression; low: Expression; high: Expression; not: boolean }
  | {
      kind: 'case';
      of: Expression | undefined;
      branches: { when: Expression; result: Expression }[];
      otherwise: Expression | undefined;
    }
  | { kind: 'cast'; of: Expression; to: ColumnType; style: Expression | undefined; orNull: boolean }
  | { kind: 'exists'; select: Select }
  | { kind: 'select'; select: Select };

export interface SelectItem {
  /** Undefined for `*` and `alias.*`. */
  of: Expression | undefined;
  /** Of `alias.*`; the column's name otherwise, empty without one. */
  name: string;
  /** SELECT @name = ... */
  into: string | undefined;
}

export type FromItem =
  | { kind: 'object'; parts: string[]; alias: string }
  | { kind: 'function'; parts: string[]; arguments: Expression[]; alias: string }
  | { kind: 'select'; select: Select; alias: string }
  | { kind: 'values'; rows: Expression[][]; alias: string; columns: string[] };

export interface Join {
  how: 'inner' | 'left' | 'cross' | 'cross apply' | 'outer apply';
  with: FromItem;
  on: Expression | undefined;
}

export interface Select {
  distinct: boolean;
  top: Expression | undefined;
  items: SelectItem[];
  from: FromItem | undefined;
  joins: Join[];
  where: Expression | undefined;
  groupBy: Expression[];
  having: Expression | undefined;
  /** Another select whose rows follow (UNION ALL), or are added if they are new (UNION). */
  union: { all: boolean; with: Select } | undefined;
  orderBy: { by: Expression; descending: boolean }[];
}
