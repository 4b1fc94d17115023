import type { Manifest } from '#archive/manifest.ts';
import type { AgreementKey } from '#restore/plan/restore-plan.ts';
import type { MariadbServer } from '#sources/mariadb/connect.ts';
import type { MssqlServer } from '#sources/mssql/connection.ts';

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
  /** Other addresses of MariaDB servers than the conf's: `SECTION=HOST:PORT`, `SECTION=/socket`. */
  mariadbAt: readonly string[];
  /** The system's name, typed, to agree to a restore in place where nothing else fits; undefined: not asked for. */
  inPlace: string | undefined;
  /** Folder for the safety archive of a restore in place; undefined: the backup path. */
  safety: string | undefined;
  agreed: ReadonlySet<Exclude<AgreementKey, 'archive-profile' | 'in-place'>>;
  confirmed: boolean;
  mariadb: MariadbRequest;
  mssql: MssqlRequest;
}

/** The archive's own conf is obeyed only if the person typed the system's name, letter for letter. */
export function trustsArchive(request: RestoreRequest, manifest: Manifest): boolean {
  return request.trustArchive === manifest.system.name;
}

/** The same request, with no server spoken to. */
export function signedInNowhere(request: RestoreRequest): RestoreRequest {
  return {
    ...request,
    mariadb: { ...request.mariadb, signIn: undefined },
    mssql: { ...request.mssql, signIn: undefined },
  };
}

export interface MariadbRequest {
  /**
   * How to sign in to a server of the conf: by options, or by asking. Throws if no way works. Undefined: no
   * server is spoken to, and the plan says of its databases that they were not looked at.
   */
  signIn: ((server: MariadbServer, signal: AbortSignal) => Promise<MariadbServer>) | undefined;
  /** Ends sessions that block the switch-over. */
  endSessions: boolean;
  /** Sets existing accounts to what the archive holds. */
  replaceAccounts: boolean;
  /** Creates missing accounts that have rights on everything. */
  globalAccounts: boolean;
  /** Drops live tables that are damaged so that they cannot be kept for going back. */
  dropDamaged: boolean;
  /** What to do if the server, signed in to, has local_infile off; called only where rows are to be loaded. */
  localInfile: (server: MariadbServer, signal: AbortSignal) => Promise<LocalInfile>;
}

/** Refuse, switch it on while rows are loaded, or load by INSERT, which is several times slower. */
export type LocalInfile = 'refuse' | 'switch-on' | 'insert';

export interface MssqlRequest {
  /**
   * BS-19: as the configured user, with the password of the conf, of the options, or asked for. Throws if no way
   * works. Undefined: no server is spoken to, and the plan says of its databases that they were not looked at.
   */
  signIn: ((server: MssqlServer, signal: AbortSignal) => Promise<MssqlServer>) | undefined;
  /** Logins that are created become members of the server roles that they had. */
  globalAccounts: boolean;
  /** Drops live databases that are damaged so that they cannot be kept for going back. */
  dropDamaged: boolean;
}
