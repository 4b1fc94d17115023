import { LifeboatError } from '#platform/errors.ts';
import type { Connection } from '../connect.ts';
import type { DatabaseObjects } from '../format.ts';
import { quoteQualified } from '../quote-name.ts';
import { createObject } from './create-object.ts';
import { createViews } from './create-views.ts';
import { disabledEvent, withoutTriggerDatabase } from './object-ddl.ts';
import { renameDatabases } from './rename-databases.ts';
import { notPossible, type StagingPlace } from './stage-tables.ts';
import type { StagedTable } from './staged-table.ts';

export interface StagedDatabase {
  objects: DatabaseObjects;
  place: StagingPlace;
  tables: StagedTable[];
}

/**
 * The last step of staging, once every database of the set has its tables: foreign keys among them, then
 * routines, views, triggers and events are made in staging to see before the switch that this server takes
 * them. Triggers are dropped again (a table with triggers cannot be moved), as nothing but tables moves.
 * Returns the views that were invalid in the source already and are so here.
 */
export async function stageObjects(
  connection: Connection,
  databases: readonly StagedDatabase[],
): Promise<string[]> {
  for (const { place, tables } of databases) {
    for (const table of tables) {
      if (table.foreignKeys.inside.length === 0) continue;
      const name = quoteQualified(place.staging, table.name);
      await connection.query(`ALTER TABLE ${name} ${table.foreignKeys.inside.join(', ')}`);
    }
  }
  for (const database of databases) await tryRoutines(connection, database);
  const invalid = await tryViews(connection, databases);
  for (const database of databases) {
    await tryTriggers(connection, database);
    await tryEvents(connection, database);
  }
  return invalid;
}

async function tryRoutines(connection: Connection, { objects, place }: StagedDatabase): Promise<void> {
  for (const routine of objects.routines) {
    const what = `${routine.type.toLowerCase()} ${place.database}.${routine.name}`;
    await attempt(what, () => createObject(connection, { ...routine, database: place.staging }));
  }
}

async function tryViews(connection: Connection, databases: readonly StagedDatabase[]): Promise<string[]> {
  const views = databases.flatMap(({ objects, place }) => objects.views.map((view) => ({ ...view, place })));
  const failed = await createViews(views, (view) =>
    createObject(connection, {
      database: view.place.staging,
      ddl: renameDatabases(view.ddl, view.place.stagingOf),
      context: view.context,
    }),
  );
  const fatal = failed.find(({ view }) => view.valid);
  if (fatal) throw notPossible(`view ${fatal.view.place.database}.${fatal.view.name}`, fatal.error);
  return failed.map(({ view }) => `${view.place.database}.${view.name}`);
}

async function tryTriggers(connection: Connection, { objects, place }: StagedDatabase): Promise<void> {
  for (const trigger of objects.triggers) {
    const ddl = withoutTriggerDatabase(trigger.ddl, trigger.context.sqlMode);
    const what = `trigger ${place.database}.${trigger.name}`;
    await attempt(what, () => createObject(connection, { ...trigger, ddl, database: place.staging }));
  }
  for (const trigger of objects.triggers) {
    await connection.query(`DROP TRIGGER ${quoteQualified(place.staging, trigger.name)}`);
  }
}

async function tryEvents(connection: Connection, { objects, place }: StagedDatabase): Promise<void> {
  for (const event of objects.events) {
    if (event.expired) continue;
    const ddl = disabledEvent(event.ddl, event.context.sqlMode);
    const what = `event ${place.database}.${event.name}`;
    await attempt(what, () => createObject(connection, { ...event, ddl, database: place.staging }));
  }
}

async function attempt(what: string, create: () => Promise<void>): Promise<void> {
  try {
    await create();
  } catch (cause) {
    if (cause instanceof LifeboatError && cause.code === 'database-unreachable') throw cause;
    throw notPossible(what, cause);
  }
}
