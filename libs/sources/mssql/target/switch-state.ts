import type { LiveDatabase } from './read-live.ts';

/** All that is needed to go back from a switch-over, begun or finished, of one server. Plain data. */
export interface SwitchState {
  run: string;
  /** The server, for messages. */
  place: string;
  databases: SwitchedDatabase[];
  /** Logins that the restore made; each stands here before it is made. */
  createdLogins: string[];
}

export interface SwitchedDatabase {
  /** Id of its component. */
  component: string;
  /** Its live name. */
  database: string;
  /** Where it was restored to, and where the old one is kept. */
  staged: string;
  old: string;
  /** The server's number of the restored one: it stays through every rename. */
  stagedId: number;
  /** As it was; undefined: the server had no such database. */
  live: LiveDatabase | undefined;
  /** It was damaged and could not be renamed, so was dropped, as agreed: there is no way back to it. */
  dropped: boolean;
}
