import { LifeboatError } from '#platform/errors.ts';
import { readSecret } from '#platform/read-secret.ts';
import type { MariadbServer } from '#sources/mariadb/connect.ts';
import { signInBySocket } from '#sources/mariadb/target/sign-in-by-socket.ts';
import type { MariadbRequest } from './request.ts';

/** A password file belongs to one kind of server: what is for the one is never shown to the other. */
export interface SignInOptions {
  user: string | undefined;
  passwordFile: string | undefined;
}

/**
 * Signs in to MariaDB as the user that the options name, with the password in that file; without them as root by the
 * socket, or as the conf says. Nothing is asked: a script must not wait for an answer.
 */
export function signInByOptions({ user, passwordFile }: SignInOptions): MariadbRequest['signIn'] {
  return async (server, signal) => {
    if (user === undefined && passwordFile === undefined) return await asConfigured(server, signal);
    return {
      ...server,
      user: user ?? server.user,
      password: async () =>
        passwordFile === undefined ? undefined : await readSecret({ from: 'file', file: passwordFile }),
    };
  };
}

/**
 * The account of the conf is there for backups and seldom may restore, and at boot nobody is there to type a password:
 * as root by the server's socket where that works, else as the conf says.
 */
async function asConfigured(server: MariadbServer, signal: AbortSignal): Promise<MariadbServer> {
  const bySocket = await signInBySocket(server, signal);
  if (bySocket !== undefined) return bySocket;
  try {
    await server.password();
    return server;
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.code !== 'secret-unreadable') throw error;
    throw new LifeboatError(error.code, error.message, {
      hint: 'on a new machine sign in as its root: --mariadb-user root --password-file FILE, or run this as root where root signs in by socket',
      cause: error,
    });
  }
}
