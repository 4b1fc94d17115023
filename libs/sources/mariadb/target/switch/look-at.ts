import type { Connection } from '../../connect.ts';
import { damagedTables } from '../damaged-tables.ts';
import { movableTables } from '../movable-tables.ts';
import { keyName } from '../objects/key-statements.ts';
import { objectKey } from '../objects/object-key.ts';
import { type LiveForeignKey, readForeignKeys } from '../read-foreign-keys.ts';
import { type LiveDatabase, type LiveView, readLive } from '../read-live.ts';
import { asideName, isAsideOf } from './aside-name.ts';
import { isComplete } from './complete-mark.ts';
import { invalidViews } from './invalid-views.ts';
import { ownDatabases } from './own-databases.ts';
import { noneMoved, type Situation } from './situation.ts';
import type { SwitchedDatabase, SwitchState } from './switch-state.ts';

/** Where a switch-over stands, by what is on the server. */
export interface Look {
  of(database: SwitchedDatabase): Situation;
  /** What is in each live database now; undefined: absent. */
  live(database: SwitchedDatabase): LiveDatabase | undefined;
  /** Foreign keys of tables outside the set that lead into it now. */
  inwardKeys: LiveForeignKey[];
  /** The switch-over came to its end. */
  complete: boolean;
}

/** Changes nothing. A server that was killed in its RENAME has reverted all of it; below 10.6 perhaps not. */
export async function lookAt(connection: Connection, state: Pick<SwitchState, 'databases'>): Promise<Look> {
  const set = state.databases.map(({ database }) => database);
  const own = ownDatabases(state);
  const inwardKeys = await readForeignKeys(connection, { notFrom: [...set, ...own], to: set });
  const complete = await isComplete(
    connection,
    state.databases.map(({ old }) => old),
  );
  const found = new Map<string, { live: LiveDatabase | undefined; situation: Situation }>();
  for (const database of state.databases) {
    const broken = database.damaged.length > 0 ? await damagedTables(connection, [database.database]) : [];
    const without = broken.map(({ table }) => table);
    const live = await readLive(connection, database.database, set, without);
    found.set(database.database, {
      live,
      situation: await situationOf(connection, database, { live, inwardKeys, complete }),
    });
  }
  return {
    of: (database) => found.get(database.database)!.situation,
    live: (database) => found.get(database.database)!.live,
    inwardKeys,
    complete,
  };
}

async function situationOf(
  connection: Connection,
  o: SwitchedDatabase,
  found: Pick<Look, 'inwardKeys' | 'complete'> & { live: LiveDatabase | undefined },
): Promise<Situation> {
  const { live: now, inwardKeys, complete } = found;
  const kept = new Set(await movableTables(connection, o.old));
  const tables = tablesToMove(o, now, kept, new Set(await movableTables(connection, o.staging)));
  if (now === undefined) return { ...noneMoved(o), ...tables, views: [], untouched: new Set() };
  const { moved } = tables;
  const names = now.views.map(({ name }) => name).filter((name) => !o.staying.includes(name));
  const untouched = new Set(o.live ? [...unchanged(o.live, now, moved), ...inwardKeys.map(keyName)] : []);
  const fromAside = invalidViews(o).filter((view) => names.includes(asideName(o.old, view)));
  // What has its name now is another, and may well be the same word for word.
  for (const view of fromAside) untouched.delete(objectKey('view', view));
  const views = now.views
    .filter(({ name }) => names.includes(name) && !isAside(o, name))
    // An invalid view of the old state that still has its name cannot be made again: it must stay.
    .filter(({ name }) => !invalidViews(o).includes(name) || fromAside.includes(name));
  // Half-made ones can be made again; those that came by renaming, or broke since, cannot.
  const finished = moved && o.live !== undefined && complete;
  const waiting = ({ name, valid }: LiveView) =>
    !valid &&
    !untouched.has(objectKey('view', name)) &&
    (finished || (moved && o.brings.invalidViews.includes(name)));
  return {
    ...tables,
    fromAside,
    views: [...views.filter((view) => !waiting(view)), ...needless(o, now.views)],
    toAside: views.filter(waiting).map(({ name }) => name),
    triggers: now.triggers.map(({ name }) => name),
    routines: now.routines.map(({ name, type }) => ({ name, type })),
    events: now.events.map(({ name }) => name),
    outwardKeys: now.foreignKeys.map(({ table, name }) => ({ table, name })),
    untouched,
  };
}

/**
 * Which tables have their places to change. Once tables have moved, all live ones go that are not old ones: also those
 * that were made since.
 */
function tablesToMove(
  o: SwitchedDatabase,
  now: LiveDatabase | undefined,
  kept: ReadonlySet<string>,
  staged: ReadonlySet<string>,
): Pick<Situation, 'moved' | 'in' | 'out' | 'staged'> {
  const old = o.live?.tables ?? [];
  const live = now?.tables ?? [];
  const out = old.filter((table) => kept.has(table));
  const still = o.brings.tables.filter((table) => staged.has(table));
  const moved =
    old.length > 0
      ? out.length > 0
      : live.some((table) => o.brings.tables.includes(table) && !staged.has(table));
  if (!moved) return { moved, in: [], out, staged: still };
  // A table of an old one's name may also be the old one, still or again in its place.
  const theirs = (table: string) => !staged.has(table) && (kept.has(table) || !old.includes(table));
  return { moved, in: live.filter(theirs), out, staged: still };
}

function isAside({ staging, old }: SwitchedDatabase, name: string): boolean {
  return isAsideOf(name, staging) || isAsideOf(name, old);
}

/** Views that waited for this state, but are made from their definitions. */
function needless(o: SwitchedDatabase, views: readonly LiveView[]): LiveView[] {
  const wanted = new Set(invalidViews(o).map((view) => asideName(o.old, view)));
  return views.filter(({ name }) => isAsideOf(name, o.old) && !wanted.has(name));
}

type Saved = LiveDatabase['triggers'][number];

/** A table cannot be moved while it has triggers or keys to elsewhere, so if tables move these have to go. Events too. */
function unchanged(saved: LiveDatabase, now: LiveDatabase, moved: boolean): string[] {
  const same = (before: readonly Saved[], after: readonly Saved[], essenceOf: typeof withRights): Saved[] => {
    const there = new Set(after.map((object) => essenceOf(object, now)));
    return before.filter((object) => there.has(essenceOf(object, saved)));
  };
  const keysOf = (kind: Parameters<typeof objectKey>[0], objects: readonly Saved[]): string[] =>
    objects.map((object) => objectKey(kind, object.name, 'type' in object ? String(object.type) : ''));
  return [
    ...keysOf('view', same(saved.views, now.views, essence)),
    ...keysOf('routine', same(saved.routines, now.routines, withRights)),
    ...(moved ? [] : keysOf('event', same(saved.events, now.events, essence))),
    ...(moved ? [] : keysOf('trigger', firstSame(saved.triggers, now.triggers))),
    ...(moved ? [] : now.foreignKeys.map(keyName)),
  ];
}

/** Triggers run in the order in which they were made, so those after one that is missing are made again too. */
function firstSame(before: readonly Saved[], after: readonly Saved[]): Saved[] {
  const differs = before.findIndex((trigger, i) => {
    const now = after[i];
    return now === undefined || essence(trigger) !== essence(now);
  });
  return differs < 0 ? [...before] : before.slice(0, differs);
}

function essence(object: Saved): string {
  const { name, ddl, context } = object;
  return JSON.stringify({ name, type: 'type' in object ? object.type : '', ddl, context });
}

/** DROP takes the rights on a routine with it; one on which others have rights by now is made again too. */
function withRights(routine: Saved, { routineGrants }: LiveDatabase): string {
  const type = 'type' in routine ? routine.type : '';
  const own = routineGrants.filter((grant) => grant.routine === routine.name && grant.type === type);
  return `${essence(routine)} ${JSON.stringify(own)}`;
}
