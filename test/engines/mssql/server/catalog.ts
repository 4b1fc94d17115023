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
    *rows() {
      for (const row of view.rows(state, database, session)) {
        yield row.map((value, index) => padded(value, view.columns[index]?.[1]));
      }
    },
  };
}

/** CHAR columns have blanks up to their length: `type` in sys.objects is 'U '. */
function padded(value: Value, type: ColumnType | undefined): Value {
  return type?.kind === 'char' && typeof value === 'string' ? value.padEnd(type.length) : value;
}

/** `..._desc` columns. */
export const DESCRIPTION = nvarchar(60);
