import type { ServersRequest } from './compose-targets.ts';
import { signInByOptions } from './sign-in-by-options.ts';
import { signInToMssqlByOptions } from './sign-in-to-mssql-by-options.ts';

/** Options of recover, undo and forget as commander gives them. */
export interface SignInOptions {
  mariadbAt?: string[];
  mariadbUser?: string;
  passwordFile?: string;
  mssqlUser?: string;
  mssqlPasswordFile?: string;
  endSessions?: boolean;
}

export type SignInRequest = ServersRequest & { mariadbAt: readonly string[] };

/** How to sign in to servers where nothing is restored: what only a restore agrees to is not. */
export function signInRequest(options: SignInOptions): SignInRequest {
  return {
    mariadbAt: options.mariadbAt ?? [],
    mariadb: {
      signIn: signInByOptions({ user: options.mariadbUser, passwordFile: options.passwordFile }),
      endSessions: options.endSessions ?? false,
      replaceAccounts: false,
      globalAccounts: false,
      dropDamaged: false,
      localInfile: async () => 'refuse',
    },
    mssql: {
      signIn: signInToMssqlByOptions({ user: options.mssqlUser, passwordFile: options.mssqlPasswordFile }),
      globalAccounts: false,
      dropDamaged: false,
    },
  };
}
