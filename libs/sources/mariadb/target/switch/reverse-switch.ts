import { undoFiles } from '../../../exchange/undo-files.ts';
import type { Connection } from '../../connect.ts';
import { movableTables } from '../movable-tables.ts';
import { accountNames } from '../objects/account-names.ts';
import { accountStatements } from '../objects/account-statements.ts';
import { readForeignKeys } from '../read-foreign-keys.ts';
import { readLive } from '../read-live.ts';
import { readIdentity } from '../server-identity.ts';
import { isAsideOf } from './aside-name.ts';
import { invalidViews } from './invalid-views.ts';
import { ownDatabases } from './own-databases.ts';
import type { PlainState, SwitchedDatabase, SwitchState } from './switch-state.ts';

/**
 * The way back from a finished switch-over as one of its own: what was kept takes the place of what is live now, which
 * then lies where it was staged. Reads everything anew, since the system has run since. Changes nothing.
 */
export async function reverseSwitch(connection: Connection, state: PlainState): Promise<SwitchState> {
  const set = state.databases.map(({ database }) => database);
  const own = ownDatabases(state);
  const databases: SwitchedDatabase[] = [];
  for (const database of state.databases) databases.push(await reverseOf(connection, database, set));
  return {
    format: state.format,
    formatVersion: state.formatVersion,
    server: state.server,
    run: state.run,
    place: connection.place,
    identity: await readIdentity(connection),
    files: undoFiles(state.files),
    runsEvents: await runsEvents(connection),
    databases,
    inwardKeys: await readForeignKeys(connection, { notFrom: [...set, ...own], to: set }),
    ...(await accountsNow(connection, state)),
  };
}

async function runsEvents(connection: Connection): Promise<boolean> {
  const [row] = await connection.query<{ events: string }>('SELECT @@event_scheduler AS events');
  return row?.events === 'ON';
}

async function reverseOf(
  connection: Connection,
  o: SwitchedDatabase,
  set: readonly string[],
): Promise<SwitchedDatabase> {
  const now = await readLive(connection, o.database, set);
  const stays = ({ name }: { name: string }) =>
    o.staying.includes(name) || isAsideOf(name, o.staging) || isAsideOf(name, o.old);
  const names = (objects: readonly { name: string }[] | undefined) => (objects ?? []).map(({ name }) => name);
  return {
    database: o.database,
    component: o.component,
    staging: o.old,
    old: o.staging,
    ...(now === undefined ? {} : { live: { ...now, views: now.views.filter((view) => !stays(view)) } }),
    brings: {
      tables: await movableTables(connection, o.old),
      views: names(o.live?.views),
      invalidViews: invalidViews(o),
      triggers: names(o.live?.triggers),
      routines: (o.live?.routines ?? []).map(({ name, type }) => ({ name, type })),
      events: names(o.live?.events),
      outwardKeys: (o.live?.foreignKeys ?? []).map(({ table, name }) => ({ table, name })),
    },
    damaged: [],
    staying: o.staying,
  };
}

/** An account that is there comes back as it is now; one that is not, since only the other state has it, goes. */
async function accountsNow(
  connection: Connection,
  state: PlainState,
): Promise<Pick<SwitchState, 'createdAccounts' | 'replacedAccounts'>> {
  const there = await accountNames(connection);
  const all = [...state.createdAccounts, ...state.replacedAccounts];
  const replacedAccounts: SwitchState['replacedAccounts'] = [];
  for (const { name, isRole } of all) {
    const account = there.get(name);
    if (account === undefined) continue;
    const statements = await accountStatements(connection, { ...account, isRole });
    replacedAccounts.push({ name, isRole, statements });
  }
  const createdAccounts = all
    .filter(({ name }) => !there.has(name))
    .map(({ name, isRole }) => ({ name, isRole }));
  return { createdAccounts, replacedAccounts };
}
