import type { Connection } from '../../connect.ts';
import type { ViewObject } from '../../format.ts';
import type { DamagedTable } from '../damaged-tables.ts';
import type { AccountChange } from '../objects/account-changes.ts';
import { accountName } from '../objects/account-name.ts';
import { readForeignKeys } from '../read-foreign-keys.ts';
import { type LiveDatabase, readLive } from '../read-live.ts';
import { readIdentity } from '../server-identity.ts';
import type { StagedDatabase } from '../staging/stage-objects.ts';
import { ownDatabases } from './own-databases.ts';
import type { SwitchedDatabase, SwitchState } from './switch-state.ts';

/** Reads all that a switch-over takes away, and says what it brings. Changes nothing. */
export async function prepareSwitch(
  connection: Connection,
  parts: {
    server: string;
    run: string;
    databases: readonly StagedDatabase[];
    accounts: readonly AccountChange[];
    damaged: readonly DamagedTable[];
  },
): Promise<SwitchState> {
  const set = parts.databases.map(({ objects }) => objects.database);
  const [row] = await connection.query<{ folds: string; events: string }>(
    'SELECT @@lower_case_table_names AS folds, @@event_scheduler AS events',
  );
  const fold = (name: string) => (row?.folds === '1' ? name.toLowerCase() : name);
  const databases: SwitchedDatabase[] = [];
  for (const staged of parts.databases) {
    const damaged = parts.damaged.filter(({ database }) => database === staged.objects.database);
    const tables = damaged.map(({ table }) => table);
    databases.push(await prepareDatabase(connection, staged, { set, damaged: tables, fold }));
  }
  const own = ownDatabases({ databases });
  return {
    format: 'lifeboat-mariadb-switch',
    formatVersion: 1,
    server: parts.server,
    place: connection.place,
    identity: await readIdentity(connection),
    run: parts.run,
    files: `${parts.server}-${parts.run}`,
    runsEvents: row?.events === 'ON',
    databases,
    inwardKeys: await readForeignKeys(connection, { notFrom: [...set, ...own], to: set }),
    ...accountsOf(parts.accounts),
  };
}

async function prepareDatabase(
  connection: Connection,
  staged: StagedDatabase,
  how: { set: readonly string[]; damaged: string[]; fold: (name: string) => string },
): Promise<SwitchedDatabase> {
  const { database } = staged.objects;
  const all = await readLive(connection, database, how.set, how.damaged);
  const staying = stayingViews(all, staged);
  const live = all && { ...all, views: all.views.filter(({ name }) => !staying.includes(name)) };
  const brings = broughtBy(staged, how.fold);
  return {
    database,
    component: staged.component,
    staging: staged.place.staging,
    old: staged.place.staging.replace(/_(\d+)$/, '_old_$1'),
    ...(live === undefined ? {} : { live }),
    brings: { ...brings, views: brings.views.filter((name) => !staying.includes(name)) },
    damaged: how.damaged,
    staying,
  };
}

function accountsOf(
  changes: readonly AccountChange[],
): Pick<SwitchState, 'createdAccounts' | 'replacedAccounts'> {
  const named = ({ account }: AccountChange) => ({ name: accountName(account), isRole: account.isRole });
  return {
    createdAccounts: changes.filter((change) => change.do === 'create').map(named),
    replacedAccounts: changes
      .filter((change) => change.do === 'replace')
      .map((change) => ({ ...named(change), statements: change.undo })),
  };
}

function broughtBy(
  { objects, tables, impossibleViews }: StagedDatabase,
  fold: (name: string) => string,
): SwitchedDatabase['brings'] {
  return {
    tables: [...objects.tables, ...objects.sequences].map(({ name }) => fold(name)),
    views: objects.views.map(({ name }) => fold(name)).filter((name) => !impossibleViews.includes(name)),
    invalidViews: [],
    triggers: objects.triggers.map(({ name }) => name),
    routines: objects.routines.map(({ name, type }) => ({ name, type })),
    events: objects.events.filter((event) => !event.expired).map(({ name }) => name),
    outwardKeys: tables.flatMap((table) =>
      table.foreignKeys.outside.map(({ name }) => ({ table: fold(table.name), name })),
    ),
  };
}

/** An invalid live view that is the same in the archive, and cannot be made there either, is best left alone. */
function stayingViews(
  live: LiveDatabase | undefined,
  { objects, impossibleViews }: StagedDatabase,
): string[] {
  const same = (a: ViewObject, b: ViewObject) =>
    a.name === b.name &&
    a.ddl === b.ddl &&
    a.context.charsetClient === b.context.charsetClient &&
    a.context.collationConnection === b.context.collationConnection;
  const invalid = live?.views.filter((view) => !view.valid) ?? [];
  return objects.views
    .filter(({ name }) => impossibleViews.includes(name))
    .filter((view) => invalid.some((other) => same(view, other)))
    .map(({ name }) => name);
}
