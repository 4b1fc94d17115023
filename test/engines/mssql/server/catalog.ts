import type { Relation } from '../sql/compile-expression.ts';
import { type ColumnType, nvarchar, type Value } from '../tds/column-types.ts';
import type { Database, ServerState, Session } from './model.ts';

/** A catalog view: its columns and how its rows follow from the state. */
export interface View {
  columns: readonly (readonly [name: string, type: ColumnType])[];
  rows(state: ServerState, database: Database, session: Session): Iterable<readonly Value[]>;
}

export function relationOf(view: View, state: ServerState, database: Database, session: Session): Relation {
  return {
    columns: view.columns.map(([name, type]) => ({ name, type })),
    rows: () => view.rows(state, database, session),
  };
}

/** `..._desc` columns. */
export const DESCRIPTION = nvarchar(60);
