import type { Connection } from '../connect.ts';
import { databaseOptions } from '../database-options.ts';
import type { DatabaseObjects } from '../format.ts';
import { quoteName, quoteQualified } from '../quote-name.ts';
import { changeAccounts } from './change-accounts.ts';
import { atLeast } from './connect-for-staging.ts';
import { countOrphans } from './count-orphans.ts';
import { createObject, type ObjectToCreate } from './create-object.ts';
import { createViews } from './create-views.ts';
import { addKey } from './go-back-statements.ts';
import { routineGrants } from './routine-statements.ts';
import type { StagedDatabase } from './stage-objects.ts';
import { shellQuoted } from './state-file.ts';
import type { SwitchParts } from './switch-parts.ts';
import type { SwitchedDatabase } from './switch-state.ts';

/** Makes in the live databases what tables do not bring by moving; events last, so that none runs before. */
export async function bringObjects(connection: Connection, parts: SwitchParts): Promise<void> {
  const { databases, state, log, onStep } = parts;
  await log.before({
    what: 'make keys, routines, views, triggers, accounts and events of the archive',
    goBack: `mariadb < ${shellQuoted(parts.files.afterRename)}`,
  });
  await onStep('charset');
  for (const { objects } of databases) {
    const { charset, collation } = objects;
    // A server before 10.5 has no place for it.
    const comment = atLeast(connection.version, 10, 5) ? objects.comment : undefined;
    await connection.query(
      `ALTER DATABASE ${quoteName(objects.database)} ${databaseOptions({ charset, collation, comment })}`,
    );
  }
  await onStep('table-definitions');
  for (const database of databases) await alterTables(connection, database);
  await putKeysBack(connection, parts);
  const each = async <T extends object>(
    list: (objects: DatabaseObjects) => readonly T[],
    create: (object: T & { database: string }) => Promise<void>,
  ) => {
    for (const { objects } of databases) {
      for (const object of list(objects)) await create({ ...object, database: objects.database });
    }
  };
  const make = (object: ObjectToCreate) => createObject(connection, object);
  await onStep('routines');
  await each((objects) => objects.routines, make);
  await onStep('views');
  await bringViews(connection, parts);
  await onStep('triggers');
  await each((objects) => objects.triggers, make);
  await onStep('accounts');
  await changeAccounts(connection, parts.accounts, parts.note);
  await onStep('routine-grants');
  for (const database of state.databases) await restoreRoutineGrants(connection, database, parts.note);
  await onStep('events');
  await each((objects) => objects.events.filter((event) => !event.expired), make);
  await log.done('all is in its place');
}

async function alterTables(connection: Connection, { objects, tables }: StagedDatabase): Promise<void> {
  for (const table of tables) {
    const clauses = [...table.sequenceDefaults, ...table.foreignKeys.outside];
    if (clauses.length === 0) continue;
    await connection.query(
      `ALTER TABLE ${quoteQualified(objects.database, table.name)} ${clauses.join(', ')}`,
    );
  }
}

/** Foreign keys of tables outside the set, which were taken off; what they no longer find is told. */
async function putKeysBack(connection: Connection, { state, note }: SwitchParts): Promise<void> {
  for (const key of state.inwardKeys) {
    await connection.query(addKey(key));
    const orphans = await countOrphans(connection, key);
    if (orphans === 0) continue;
    const rows = orphans === 1 ? '1 row refers' : `${orphans} rows refer`;
    const where = `${key.referencedDatabase}.${key.referencedTable}`;
    note(`foreign key ${key.name} of ${key.database}.${key.table}: ${rows} to nothing in ${where}`);
  }
}

async function bringViews(connection: Connection, { databases, state, note }: SwitchParts): Promise<void> {
  const stays = (view: { database: string; name: string }) =>
    state.databases.some((d) => d.database === view.database && d.staying.includes(view.name));
  const views = databases.flatMap(({ objects }) =>
    objects.views.map((view) => ({ ...view, database: objects.database })),
  );
  const failed = await createViews(
    views.filter((view) => !stays(view)),
    (view) => createObject(connection, view),
  );
  for (const { database, asides } of state.databases) {
    for (const { view, aside } of asides) {
      note(
        `view ${database}.${view} was invalid already and is kept as ${database}.${aside} with the old state`,
      );
    }
  }
  for (const { view, error } of failed) {
    if (view.valid) throw error;
    note(`view ${view.database}.${view.name} was invalid when it was backed up and could not be made`);
  }
}

/** DROP took the grants on a live routine with it; if the archive brings a routine of that name, it gets them. */
async function restoreRoutineGrants(
  connection: Connection,
  { database, live, brings }: SwitchedDatabase,
  note: (text: string) => void,
): Promise<void> {
  if (live === undefined) return;
  const isThere = (type: string, name: string) =>
    brings.routines.some(
      (routine) => routine.type === type && routine.name.toLowerCase() === name.toLowerCase(),
    );
  for (const statement of routineGrants(database, live, isThere)) await connection.query(statement);
  for (const grant of live.routineGrants) {
    if (isThere(grant.type, grant.routine)) continue;
    note(
      `rights of ${grant.user}@${grant.host} on ${grant.type.toLowerCase()} ${database}.${grant.routine} went with it: the archive has none of that name`,
    );
  }
}
