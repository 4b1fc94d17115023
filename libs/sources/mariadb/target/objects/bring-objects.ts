import { shellQuoted } from '../../../../platform/shell-quoted.ts';
import type { Connection } from '../../connect.ts';
import { databaseOptions } from '../../database-options.ts';
import { quoteName } from '../../quote-name.ts';
import { atLeast } from '../at-least.ts';
import type { SwitchParts } from '../switch/switch-parts.ts';
import type { SwitchedDatabase } from '../switch/switch-state.ts';
import { alterTables } from './alter-tables.ts';
import { bringEvents } from './bring-events.ts';
import { bringTriggers } from './bring-triggers.ts';
import { bringViews } from './bring-views.ts';
import { countOrphans, orphansText } from './count-orphans.ts';
import { createObject } from './create-object.ts';
import { giveRights } from './give-rights.ts';
import { addKey } from './key-statements.ts';
import { makeAccounts } from './make-accounts.ts';
import { routineGrants } from './routine-statements.ts';

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
  for (const database of databases) await alterTables(connection, database, parts.note);
  await putKeysBack(connection, parts);
  await onStep('accounts');
  await makeAccounts(connection, parts.accounts);
  await onStep('routines');
  for (const { objects } of databases) {
    const { database, routines } = objects;
    const others = routines.filter(({ type }) => type !== 'FUNCTION');
    for (const routine of others) await createObject(connection, { ...routine, database });
  }
  await onStep('views');
  await bringViews(connection, parts);
  await onStep('triggers');
  for (const { objects } of databases) {
    for (const name of await bringTriggers(connection, objects, objects.database)) {
      parts.note(`trigger ${objects.database}.${name} names a column that its table does not have: not made`);
    }
  }
  await onStep('rights');
  await giveRights(connection, parts.accounts, parts.note);
  await onStep('routine-grants');
  for (const database of state.databases) await restoreRoutineGrants(connection, database, parts.note);
  await onStep('events');
  for (const { objects } of databases) await bringEvents(connection, objects, parts.note);
  await log.done('all is in its place');
}

/** Foreign keys of tables outside the set, which were taken off; what they no longer find is told. */
async function putKeysBack(connection: Connection, { state, note }: SwitchParts): Promise<void> {
  for (const key of state.inwardKeys) {
    for (const statement of addKey(key)) await connection.query(statement);
    const orphans = await countOrphans(connection, key);
    if (orphans > 0) note(orphansText(key, orphans));
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
