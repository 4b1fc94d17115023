import type { LocalInfile, RestoreRequest } from './request.ts';
import { signInByOptions } from './sign-in-by-options.ts';
import { signInToMssqlByOptions } from './sign-in-to-mssql-by-options.ts';

/** Options of `plan` and `apply` as commander gives them. */
export interface RequestOptions {
  only?: string[];
  yes?: boolean;
  installedVersion?: string;
  trustArchive?: string;
  mariadbAt?: string[];
  inPlace?: string;
  safety?: string;
  agreeIncomplete?: boolean;
  agreeOtherMachine?: boolean;
  mariadbUser?: string;
  passwordFile?: string;
  mssqlUser?: string;
  mssqlPasswordFile?: string;
  endSessions?: boolean;
  replaceAccounts?: boolean;
  globalAccounts?: boolean;
  dropDamaged?: boolean;
  localInfile: LocalInfile;
}

export function requestFromOptions(archive: string, options: RequestOptions): RestoreRequest {
  const agreed = new Set<'incomplete' | 'other-machine'>();
  if (options.agreeIncomplete) agreed.add('incomplete');
  if (options.agreeOtherMachine) agreed.add('other-machine');
  return {
    archive,
    only: options.only,
    installedVersion: options.installedVersion,
    trustArchive: options.trustArchive,
    mariadbAt: options.mariadbAt ?? [],
    inPlace: options.inPlace,
    safety: options.safety,
    agreed,
    confirmed: options.yes ?? false,
    mariadb: {
      signIn: signInByOptions({ user: options.mariadbUser, passwordFile: options.passwordFile }),
      endSessions: options.endSessions ?? false,
      replaceAccounts: options.replaceAccounts ?? false,
      globalAccounts: options.globalAccounts ?? false,
      // In place everything live goes, damaged or not.
      dropDamaged: options.dropDamaged ?? options.inPlace !== undefined,
      localInfile: async () => options.localInfile,
    },
    mssql: {
      signIn: signInToMssqlByOptions({ user: options.mssqlUser, passwordFile: options.mssqlPasswordFile }),
      globalAccounts: options.globalAccounts ?? false,
      dropDamaged: options.dropDamaged ?? false,
    },
  };
}
