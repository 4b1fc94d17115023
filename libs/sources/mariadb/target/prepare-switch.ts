import type { Connection } from '../connect.ts';
import type { ViewObject } from '../format.ts';
import type { AccountChange } from './account-changes.ts';
import type { DamagedTable } from './damaged-tables.ts';
import { readForeignKeys } from './read-foreign-keys.ts';
import { type LiveDatabase, readLive } from './read-live.ts';
import { accountName } from './routine-statements.ts';
import type { StagedDatabase } from './stage-objects.ts';
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
    const all = await readLive(connection, staged.objects.database, set);
    const staying = stayingViews(all, staged);
    const live = all && { ...all, views: all.views.filter(({ name }) => !staying.includes(name)) };
    const brings = broughtBy(staged, fold);
    databases.push({
      database: staged.objects.database,
      staging: staged.place.staging,
      old: staged.place.staging.replace(/_(\d+)$/, '_old_$1'),
      live,
      brings: { ...brings, views: brings.views.filter((name) => !staying.includes(name)) },
      damaged: parts.damaged
        .filter(({ database }) => database === staged.objects.database)
        .map(({ table }) => table),
      staying,
      asides: asidesOf(live, staged.place.staging),
    });
  }
  const own = databases.flatMap(({ staging, old }) => [staging, old]);
  return {
    format: 'lifeboat-mariadb-switch',
    formatVersion: 1,
    server: parts.server,
    place: connection.place,
    run: parts.run,
    runsEvents: row?.events === 'ON',
    databases,
    inwardKeys: await readForeignKeys(connection, { notFrom: [...set, ...own], to: set }),
    createdAccounts: parts.accounts
      .filter((change) => change.do === 'create')
      .map(({ account }) => ({ name: accountName(account), isRole: account.isRole })),
    replacedAccounts: parts.accounts
      .filter((change) => change.do === 'replace')
      .map(({ account, undo }) => ({ name: accountName(account), statements: undo })),
  };
}

function broughtBy(
  { objects, tables }: StagedDatabase,
  fold: (name: string) => string,
): SwitchedDatabase['brings'] {
  return {
    tables: [...objects.tables, ...objects.sequences].map(({ name }) => fold(name)),
    views: objects.views.map(({ name }) => fold(name)),
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

function asidesOf(live: LiveDatabase | undefined, staging: string): SwitchedDatabase['asides'] {
  const invalid = (live?.views ?? []).filter((view) => !view.valid);
  return invalid.map((view, i) => ({ view: view.name, aside: `${staging}_view_${i + 1}` }));
}
