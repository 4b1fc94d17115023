import type { LiveForeignKey } from './read-foreign-keys.ts';
import type { LiveDatabase } from './read-live.ts';
import type { ServerIdentity } from './server-identity.ts';

/**
 * All that is needed to go back from a switch-over, begun or finished, of one server. Plain data: it is on
 * disk before anything live is changed, and every way back is made from it alone.
 */
export interface SwitchState {
  format: 'lifeboat-mariadb-switch';
  formatVersion: 1;
  /** The server's section in the conf, and how it was reached. */
  server: string;
  place: string;
  identity: ServerIdentity;
  run: string;
  /** What the names of its state files begin with. An undo's differ from those of the restore. */
  files: string;
  /** Whether the server runs events; while it does, none is waiting whose time has passed. */
  runsEvents: boolean;
  databases: SwitchedDatabase[];
  /** Foreign keys of live tables outside the set that lead into it. */
  inwardKeys: LiveForeignKey[];
  createdAccounts: NamedAccount[];
  replacedAccounts: ReplacedAccount[];
}

/** Roles come before those who are granted them. */
export interface NamedAccount {
  /** Quoted. */
  name: string;
  isRole: boolean;
}

/** A state without what makes accounts: enough for all but going back. */
export type PlainState = Omit<SwitchState, 'replacedAccounts'> & {
  replacedAccounts: readonly NamedAccount[];
};

/** An account with the statements that make it as it was, the first of which makes it anew. They hold password hashes. */
export interface ReplacedAccount extends NamedAccount {
  statements: string[];
}

export interface SwitchedDatabase {
  database: string;
  /** Id of its component. */
  component: string;
  /** Where its new tables come from, and where its old ones are kept. */
  staging: string;
  old: string;
  /** Undefined: the server had no such database. Views that stay are not in it. */
  live?: LiveDatabase;
  /** Names of what takes its place. */
  brings: {
    tables: string[];
    views: string[];
    /** Those among them that come by renaming, since they are invalid. */
    invalidViews: string[];
    triggers: string[];
    routines: { name: string; type: string }[];
    events: string[];
    outwardKeys: { table: string; name: string }[];
  };
  /** Live tables that the server could not open: dropped by agreement, not kept. */
  damaged: string[];
  /** Invalid live views that are the same in the archive: they stay where they are. */
  staying: string[];
}

/** What a switch-over, or the way back from one, does with one database; `goBackStatements` makes it SQL. */
export interface Situation {
  /** Whether tables have moved. */
  moved: boolean;
  /** Live tables that go to staging. */
  in: string[];
  /** Tables that come back from the kept database. */
  out: string[];
  /** Tables that are still staged. */
  staged: string[];
  /** Invalid views that come back from their other name. */
  fromAside: string[];
  /** Live objects that go. `ddl` is empty where it is not known. */
  views: { name: string; ddl: string }[];
  /** Invalid ones among them, which cannot be made again: they wait under another name. */
  toAside: string[];
  triggers: string[];
  routines: { name: string; type: string }[];
  events: string[];
  outwardKeys: { table: string; name: string }[];
  /** Objects and keys that need not be touched; by objectKey. */
  untouched: ReadonlySet<string>;
}

export type ObjectKind = 'event' | 'trigger' | 'view' | 'routine' | 'key';

/** One name for an object of a database, whatever its kind. */
export function objectKey(kind: ObjectKind, name: string, type = ''): string {
  return `${kind} ${type} ${name}`;
}

/** After the RENAME, for whoever cannot look. */
export function allMoved(o: SwitchedDatabase): Situation {
  const before = noneMoved(o);
  return {
    ...before,
    moved: true,
    in: o.brings.tables,
    out: o.live?.tables ?? [],
    staged: [],
    fromAside: invalidViews(o),
    views: [...before.views, ...o.brings.views.map(unread)],
  };
}

/** Before it. Invalid views may still have their names, so none of these is dropped. */
export function noneMoved(o: SwitchedDatabase): Situation {
  const { live, brings } = o;
  const both = <T>(own: readonly T[] | undefined, theirs: readonly T[]): T[] => [...(own ?? []), ...theirs];
  const names = (objects: readonly { name: string }[] | undefined) => objects?.map(({ name }) => name);
  const invalid = invalidViews(o);
  return {
    moved: false,
    in: [],
    out: [],
    staged: brings.tables,
    fromAside: [],
    views: [...(live?.views ?? []), ...brings.views.map(unread)].filter(
      ({ name }) => !invalid.includes(name),
    ),
    toAside: [],
    triggers: both(names(live?.triggers), brings.triggers),
    routines: both<{ name: string; type: string }>(live?.routines, brings.routines),
    events: both(names(live?.events), brings.events),
    outwardKeys: brings.outwardKeys,
    untouched: new Set(),
  };
}

function unread(name: string): Situation['views'][number] {
  return { name, ddl: '' };
}

/** Those of the saved state that cannot be created again, so are put aside and back by renaming. */
export function invalidViews({ live }: Pick<SwitchedDatabase, 'live'>): string[] {
  return (live?.views ?? []).filter((view) => !view.valid).map(({ name }) => name);
}

/** Databases that the restore itself made. */
export function ownDatabases({ databases }: Pick<SwitchState, 'databases'>): string[] {
  return databases.flatMap(({ staging, old }) => [staging, old]);
}
