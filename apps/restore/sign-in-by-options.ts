import { readSecret } from '#platform/read-secret.ts';
import type { MariadbRequest } from './request.ts';

/**
 * Signs in as the user that the options name, with the password in that file; without one as the conf says.
 * Nothing is asked: a script must not wait for an answer.
 */
export function signInByOptions(options: {
  user: string | undefined;
  passwordFile: string | undefined;
}): MariadbRequest['signIn'] {
  return async (server) => {
    const { user, passwordFile } = options;
    if (user === undefined && passwordFile === undefined) return server;
    return {
      ...server,
      user: user ?? server.user,
      password: async () =>
        passwordFile === undefined ? undefined : await readSecret({ from: 'file', file: passwordFile }),
    };
  };
}
