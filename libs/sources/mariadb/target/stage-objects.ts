import { LifeboatError } from '#platform/errors.ts';
import type { Connection } from '../connect.ts';
import type { DatabaseObjects } from '../format.ts';
import { quoteQualified } from '../quote-name.ts';
import { bringTriggers } from './bring-triggers.ts';
import { createObject } from './create-object.ts';
import { createViews } from './create-views.ts';
import { disabledEvent, withoutDefiner, withoutTriggerDatabase } from './object-ddl.ts';
import { renameDatabases } from './rename-databases.ts';
import { notPossible, type StagingPlace } from './stage-tables.ts';
import type { StagedTable } from './staged-table.ts';

export interface StagedDatabase {
  objects: DatabaseObjects;
  place: StagingPlace;
  tables: StagedTable[];
  /** Views that could not be made upon what was staged; each was invalid when it was backed up. */
  impossibleViews: readonly string[];
}

/**
 * The last step of staging, once every database of the set has its tables: foreign keys among them, then
 * routines, views, triggers and events are made in staging to see before the switch that this server takes
 * them, each as the restorer's own: their definers may be missing still, and have no rights in staging.
 * Triggers are dropped again (a table with triggers cannot be moved), as nothing but tables moves.
 * Marks the views that were invalid in the source already and are so here.
 */
export async function stageObjects(
  connection: Connection,
  databases: readonly StagedDatabase[],
): Promise<void> {
  for (const { place, tables } of databases) {
    for (const table of tables) {
      if (table.foreignKeys.inside.length === 0) continue;
      const name = quoteQualified(place.staging, table.name);
      await connection.query(`ALTER TABLE ${name} ${table.foreignKeys.inside.join(', ')}`);
    }
  }
  for (const database of databases) await tryRoutines(connection, database);
  await tryViews(connection, databases);
  for (const database of databases) {
    await tryTriggers(connection, database);
    await tryEvents(connection, database);
  }
}

async function tryRoutines(connection: Connection, { objects, place }: StagedDatabase): Promise<void> {
  for (const routine of objects.routines) {
    const what = `${routine.type.toLowerCase()} ${place.database}.${routine.name}`;
    const ddl = withoutDefiner(routine.ddl, routine.context.sqlMode);
    await attempt(what, () => createObject(connection, { ...routine, ddl, database: place.staging }));
  }
}

async function tryViews(connection: Connection, databases: readonly StagedDatabase[]): Promise<void> {
  const views = databases.flatMap(({ objects, place }) => objects.views.map((view) => ({ ...view, place })));
  const failed = await createViews(views, (view) =>
    createObject(connection, {
      database: view.place.staging,
      ddl: withoutDefiner(renameDatabases(view.ddl, view.place.stagingOf), ''),
      context: view.context,
    }),
  );
  const fatal = failed.find(({ view }) => view.valid);
  if (fatal) throw notPossible(`view ${fatal.view.place.database}.${fatal.view.name}`, fatal.error);
  for (const database of databases) {
    const own = failed.filter(({ view }) => view.place === database.place);
    database.impossibleViews = own.map(({ view }) => view.name);
  }
}

async function tryTriggers(connection: Connection, { objects, place }: StagedDatabase): Promise<void> {
  for (const trigger of objects.triggers) {
    const { sqlMode } = trigger.context;
    const ddl = withoutDefiner(withoutTriggerDatabase(trigger.ddl, sqlMode), sqlMode);
    const what = `trigger ${place.database}.${trigger.name}`;
    await attempt(what, () => bringTriggers(connection, { triggers: [{ ...trigger, ddl }] }, place.staging));
  }
  for (const trigger of objects.triggers) {
    await connection.query(`DROP TRIGGER IF EXISTS ${quoteQualified(place.staging, trigger.name)}`);
  }
}

async function tryEvents(connection: Connection, { objects, place }: StagedDatabase): Promise<void> {
  for (const event of objects.events) {
    if (event.expired) continue;
    const { sqlMode } = event.context;
    const ddl = withoutDefiner(disabledEvent(event.ddl, sqlMode), sqlMode);
    const what = `event ${place.database}.${event.name}`;
    await attempt(what, () => createObject(connection, { ...event, ddl, database: place.staging }));
  }
}

async function attempt(what: string, create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (cause) {
    if (cause instanceof LifeboatError && cause.code === 'database-unreachable') throw cause;
    throw notPossible(what, cause);
  }
}
