import { LifeboatError } from '#platform/errors.ts';
import { connectMariadb, type MariadbServer } from '../connect.ts';
import { type BySocket, signInBySocket } from './sign-in-by-socket.ts';

export interface SignInOptions extends BySocket {
  tls?: MariadbServer['tls'];
  /** The account whose password is asked for. Default: root. */
  user?: string;
  /**
   * Asks a person. `refused` is the server's answer to the last try, undefined at the first. Undefined as an
   * answer gives up: the last refusal is thrown.
   */
  askPassword: (refused: LifeboatError | undefined) => Promise<string | undefined>;
}

export interface SignedIn {
  server: MariadbServer;
  how: 'socket' | 'password';
}

/**
 * Finds connection settings with which a restore can work: as root by the socket, where MariaDB's packages
 * give root no password, else by a password that is asked for until one is right (BS-18). A wrong one
 * changes nothing. Throws what is not about the password: unreachable, TLS, not MariaDB.
 */
export async function signInForRestore(options: SignInOptions, signal: AbortSignal): Promise<SignedIn> {
  const bySocket = await signInBySocket(options, signal);
  if (bySocket) return { server: bySocket, how: 'socket' };
  let refused: LifeboatError | undefined;
  for (;;) {
    const password = await options.askPassword(refused);
    signal.throwIfAborted();
    if (password === undefined) throw refused ?? gaveUp(options);
    const server: MariadbServer = {
      address: options.address,
      user: options.user ?? 'root',
      password: async () => password,
      tls: options.tls,
    };
    try {
      await using _connection = await connectMariadb(server, signal);
      return { server, how: 'password' };
    } catch (error) {
      if (!(error instanceof LifeboatError) || error.code !== 'database-login-refused') throw error;
      refused = error;
    }
  }
}

function gaveUp(options: SignInOptions): LifeboatError {
  return new LifeboatError('not-confirmed', `no password was given for ${options.user ?? 'root'}`);
}
