import type { LoginObject } from '../../format.ts';
import type { LiveDatabase } from '../read-live.ts';

/** All that is needed to go back from a switch-over, begun or finished, of one server. Plain data. */
export interface SwitchState {
  format: 'lifeboat-mssql-switch';
  formatVersion: 1;
  /** The server's section in the conf. */
  server: string;
  run: string;
  /** The server, for messages. */
  place: string;
  /** SERVERPROPERTY('ServerName'). */
  serverName: string;
  /** What the names of its state files begin with. An undo's differ from those of the restore. */
  files: string;
  databases: SwitchedDatabase[];
  /** Logins that the switch-over makes; none of them is there before. */
  createdLogins: NamedLogin[];
  /** Logins of the state before that the one after lacks. They hold password hashes. */
  removedLogins: LoginObject[];
}

export interface NamedLogin {
  name: string;
  /** Undefined for a Windows account, which gets that of this machine. */
  sid?: string;
}

/** A state without what makes logins: enough for all but going back. */
export type PlainState = Omit<SwitchState, 'removedLogins'> & { removedLogins: readonly { name: string }[] };

export interface SwitchedDatabase {
  /** Id of its component. */
  component: string;
  /** Its live name. */
  database: string;
  /** Where it was restored to, and where the old one is kept. */
  staged: string;
  old: string;
  /**
   * The server's number of what takes its place: it stays through every rename. Undefined: nothing does, since an undo
   * ends without this database.
   */
  stagedId?: number;
  /** As it was; undefined: the server had no such database. */
  live?: LiveDatabase;
  /** It is damaged: where it cannot be renamed it is dropped, as agreed, and there is no way back to it. */
  mayDrop: boolean;
}

/** Databases that the restore itself made. */
export function ownDatabases({ databases }: Pick<SwitchState, 'databases'>): string[] {
  return databases.flatMap(({ staged, old }) => [staged, old]);
}
