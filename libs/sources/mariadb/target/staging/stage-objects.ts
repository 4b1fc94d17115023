import { LifeboatError } from '#platform/errors.ts';
import type { Connection } from '../../connect.ts';
import type { DatabaseObjects } from '../../format.ts';
import { quoteName, quoteQualified } from '../../quote-name.ts';
import { bringTriggers } from '../objects/bring-triggers.ts';
import { createObject } from '../objects/create-object.ts';
import { createViews } from '../objects/create-views.ts';
import { disabledEvent, withoutDefiner, withoutTriggerDatabase } from '../objects/object-ddl.ts';
import { notPossible } from './not-possible.ts';
import { renameDatabases } from './rename-databases.ts';
import type { StagingPlace } from './stage-tables.ts';
import type { StagedTable } from './staged-table.ts';

export interface StagedDatabase {
  /** Id of its component. */
  component: string;
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
  await addKeys(connection, databases);
  for (const database of databases) await tryRoutines(connection, database);
  await tryViews(connection, databases);
  for (const database of databases) {
    await tryTriggers(connection, database);
    await tryEvents(connection, database);
  }
}

async function addKeys(connection: Connection, databases: readonly StagedDatabase[]): Promise<void> {
  for (const { place, tables } of databases) {
    for (const { name, foreignKeys } of tables) {
      const keys = foreignKeys.inside.map(({ inStaging }) => inStaging);
      if (keys.length === 0) continue;
      await connection.query(`ALTER TABLE ${quoteQualified(place.staging, name)} ${keys.join(', ')}`);
    }
  }
  for (const database of databases) await putOffKeys(connection, database);
}

/**
 * A key that found no table, or none that can have keys, is carried along by none when that is renamed: it
 * would lead to staging for ever. So it is added after the switch, as one that leads elsewhere.
 */
async function putOffKeys(connection: Connection, { place, tables }: StagedDatabase): Promise<void> {
  if (!tables.some(({ foreignKeys }) => foreignKeys.inside.length > 0)) return;
  const rows = await connection.query<{ name: string; table: string }>(
    `SELECT CONSTRAINT_NAME AS name, TABLE_NAME AS \`table\` FROM information_schema.REFERENTIAL_CONSTRAINTS
     WHERE CONSTRAINT_SCHEMA = ? AND UNIQUE_CONSTRAINT_NAME IS NULL`,
    [place.staging],
  );
  for (const row of rows) {
    const has = (staged: StagedTable) => staged.foreignKeys.inside.some(({ name }) => name === row.name);
    const folded = tables.filter(({ name }) => name.toLowerCase() === row.table.toLowerCase()).filter(has);
    const table = folded.find(({ name }) => name === row.table) ?? folded[0];
    const key = table?.foreignKeys.inside.find(({ name }) => name === row.name);
    if (table === undefined || key === undefined) continue;
    const name = quoteQualified(place.staging, table.name);
    await connection.query(`ALTER TABLE ${name} DROP FOREIGN KEY ${quoteName(key.name)}`);
    table.foreignKeys.inside = table.foreignKeys.inside.filter((other) => other !== key);
    table.foreignKeys.outside.push(key);
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
