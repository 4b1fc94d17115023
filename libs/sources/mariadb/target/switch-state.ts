import type { LiveForeignKey } from './read-foreign-keys.ts';
import type { LiveDatabase } from './read-live.ts';

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
  run: string;
  /** Whether the server runs events; while it does, none is waiting whose time has passed. */
  runsEvents: boolean;
  databases: SwitchedDatabase[];
  /** Foreign keys of live tables outside the set that lead into it. */
  inwardKeys: LiveForeignKey[];
  createdAccounts: { name: string; isRole: boolean }[];
  /** Accounts that are replaced, with the statements that make them as they were. */
  replacedAccounts: { name: string; statements: string[] }[];
}

export interface SwitchedDatabase {
  database: string;
  /** Where its new tables were staged, and where its old ones are kept. */
  staging: string;
  old: string;
  /** Undefined: the server had no such database. */
  live: LiveDatabase | undefined;
  /** Names of what the archive brings. */
  brings: {
    tables: string[];
    views: string[];
    triggers: string[];
    routines: { name: string; type: string }[];
    events: string[];
    outwardKeys: { table: string; name: string }[];
  };
  /** Live tables that the server could not open: dropped by agreement, not kept. */
  damaged: string[];
  /** Invalid live views that are the same in the archive: they stay where they are. */
  staying: string[];
  /** Other live views that are invalid already cannot be created again, so they wait under another name. */
  asides: { view: string; aside: string }[];
}

/** How far a switch-over of one database has come: what has moved, and what still is as it was saved. */
export interface Situation {
  /** Tables of the archive that are live. */
  in: string[];
  /** Live tables that are in the kept database. */
  out: string[];
  /** Invalid live views that have their other name. */
  asides: string[];
  /** Objects and keys that need not be touched; by objectKey. */
  untouched: ReadonlySet<string>;
}

export type ObjectKind = 'event' | 'trigger' | 'view' | 'routine' | 'key';

/** One name for an object of a database, whatever its kind. */
export function objectKey(kind: ObjectKind, name: string, type = ''): string {
  return `${kind} ${type} ${name}`;
}

/** After the RENAME, for whoever cannot look. */
export function allMoved(database: SwitchedDatabase): Situation {
  return {
    in: database.brings.tables,
    out: database.live?.tables ?? [],
    asides: database.asides.map(({ view }) => view),
    untouched: new Set(),
  };
}

/** Before it. */
export function noneMoved(): Situation {
  return { in: [], out: [], asides: [], untouched: new Set() };
}
