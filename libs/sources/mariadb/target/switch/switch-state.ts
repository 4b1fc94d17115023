import type { LiveForeignKey } from '../read-foreign-keys.ts';
import type { LiveDatabase } from '../read-live.ts';
import type { ServerIdentity } from '../server-identity.ts';

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
