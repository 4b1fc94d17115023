import { LifeboatError } from '#platform/errors.ts';
import { readSecret } from '#platform/read-secret.ts';
import type { MssqlRequest } from './request.ts';
import type { SignInOptions } from './sign-in-by-options.ts';

/**
 * Signs in to SQL Server as the login that its own options name, without one as the conf says. The configured password is that of the configured user: it is
 * not tried for another one.
 */
export function signInToMssqlByOptions({ user, passwordFile }: SignInOptions): MssqlRequest['signIn'] {
  return async (server) => {
    if (passwordFile === undefined) {
      if (user === undefined || user === server.user) return server;
      throw new LifeboatError('usage', `--mssql-user ${user} needs --mssql-password-file`, {
        hint: "the conf's password is that of the conf's user; put the password of this one into a file of mode 0600",
      });
    }
    const password = (): Promise<string> => readSecret({ from: 'file', file: passwordFile });
    return { ...server, user: user ?? server.user, password };
  };
}
