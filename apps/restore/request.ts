import type { AgreementKey } from '#restore/plan-restore.ts';
import type { MariadbServer } from '#sources/mariadb/connect.ts';

/** What a person or a script asks of a restore, from options or from the wizard's questions. */
export interface RestoreRequest {
  /** Path of the archive file. */
  archive: string;
  /** Ids of the components to restore; undefined means all. */
  only: readonly string[] | undefined;
  /** The version typed by a person, for where it cannot be read. */
  installedVersion: string | undefined;
  /** The system's name, typed, to agree to places and commands of the conf inside the archive. */
  trustArchive: string | undefined;
  agreed: ReadonlySet<Exclude<AgreementKey, 'archive-profile'>>;
  confirmed: boolean;
  mariadb: MariadbRequest;
}

export interface MariadbRequest {
  /** How to sign in to a server of the conf: by options, or by asking. Throws if no way works. */
  signIn: (server: MariadbServer, signal: AbortSignal) => Promise<MariadbServer>;
  /** Ends sessions that block the switch-over. */
  endSessions: boolean;
  /** Sets existing accounts to what the archive holds. */
  replaceAccounts: boolean;
  /** Creates missing accounts that have rights on everything. */
  globalAccounts: boolean;
  /** What to do where the server has local_infile off: refuse, switch it on meanwhile, or load by INSERT. */
  localInfile: 'refuse' | 'switch-on' | 'insert';
}
