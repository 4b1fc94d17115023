import { foldText } from '../sql/compare-values.ts';
import type { Relation, SqlWorld } from '../sql/compile-expression.ts';
import { refusal } from '../sql/sql-failure.ts';
import { type Column, TYPE } from '../tds/column-types.ts';
import { relationOf } from './catalog.ts';
import { databaseViews } from './database-views.ts';
import { findDatabase, requireEntry } from './lookup.ts';
import type { Database, ServerState, Session, Table } from './model.ts';
import { scalarFunction } from './scalar-functions.ts';
import { serverProperty } from './server-property.ts';
import { serverViews } from './server-views.ts';
import type { Context } from './statement.ts';
import { tableFunctions } from './table-functions.ts';

/** What names mean to a session: in its database, or in the one that a name begins with. */
export function createWorld(state: ServerState, session: Session, variables: Context['variables']): SqlWorld {
  return {
    variable(name) {
      if (name === '@@spid') return { type: TYPE.smallint, value: session.spid };
      if (name === '@@version') return { type: TYPE.text, value: versionText(state) };
      if (name === '@@servername') return { type: TYPE.sysname, value: serverProperty(state, 'ServerName') };
      if (name === '@@trancount') return { type: TYPE.int, value: session.inTransaction ? 1 : 0 };
      if (name === '@@rowcount' || name === '@@error') return { type: TYPE.int, value: 0 };
      const known = variables.get(name);
      if (!known) throw refusal(137, name);
      return known;
    },
    scalarFunction(name) {
      const found = scalarFunction(name, state, session, session.database);
      if (!found) throw refusal(195, name);
      return found;
    },
    relation: (parts) => findRelation(parts, state, session),
    tableFunction(parts, values) {
      const found = tableFunctions[(parts.at(-1) as string).toLowerCase()];
      if (!found) throw refusal(208, parts.join('.'));
      return found(state, values);
    },
  };
}

function findRelation(parts: readonly string[], state: ServerState, session: Session): Relation {
  const [name = '', schema = '', databaseName = ''] = [...parts].reverse();
  const database = databaseName === '' ? session.database : databaseNamed(databaseName, state, session);
  const own = name.toLowerCase();
  if (schema.toLowerCase() === 'sys') {
    const view = serverViews[own] ?? databaseViews[own];
    if (view) return relationOf(view, state, database, session);
  }
  const table = findTable(database, schema, name);
  if (!table) throw refusal(208, parts.join('.'));
  return { columns: table.columns as readonly Column[], rows: () => table.rows };
}

function databaseNamed(name: string, state: ServerState, session: Session): Database {
  const database = findDatabase(state, name);
  if (!database) throw refusal(208, name);
  if (database !== session.database) requireEntry(state, session.login, database, session);
  return database;
}

export function findTable(database: Database, schema: string, name: string): Table | undefined {
  const wanted = foldText(schema === '' ? 'dbo' : schema);
  return database.content.tables.find(
    (table) => foldText(table.name) === foldText(name) && foldText(table.schema) === wanted,
  );
}

function versionText(state: ServerState): string {
  const [major, minor, build] = state.version;
  return `Microsoft SQL Server (Lifeboat's test server) - ${major}.${minor}.${build}.6 (X64)\n\t${state.edition}`;
}
