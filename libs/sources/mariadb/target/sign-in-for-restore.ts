import { LifeboatError } from '#platform/errors.ts';
import { connectMariadb, type MariadbServer } from '../connect.ts';

export interface SignInOptions {
  address: MariadbServer['address'];
  tls?: MariadbServer['tls'];
  /** The account whose password is asked for. Default: root. */
  user?: string;
  /** Whether this process may sign in as root by the socket. Default: its user is root. */
  asRoot?: boolean;
  /** Sockets to try for a server on this machine. Default: the usual places. */
  sockets?: readonly string[];
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

const USUAL_SOCKETS = [
  '/run/mysqld/mysqld.sock',
  '/var/run/mysqld/mysqld.sock',
  '/var/lib/mysql/mysql.sock',
  '/tmp/mysql.sock',
];

/**
 * Finds connection settings with which a restore can work: as root by the socket, where MariaDB's packages
 * give root no password, else by a password that is asked for until one is right (BS-18). A wrong one
 * changes nothing. Throws what is not about the password: unreachable, TLS, not MariaDB.
 */
export async function signInForRestore(options: SignInOptions, signal: AbortSignal): Promise<SignedIn> {
  const bySocket = await trySockets(options, signal);
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

async function trySockets(options: SignInOptions, signal: AbortSignal): Promise<MariadbServer | undefined> {
  if (!(options.asRoot ?? process.getuid?.() === 0)) return undefined;
  const { address } = options;
  const candidates = 'socket' in address ? [address.socket] : socketsOf(address.host, options.sockets);
  for (const socket of candidates) {
    const server: MariadbServer = { address: { socket }, user: 'root', password: async () => undefined };
    if (await isThisServer(server, options.address, signal)) return server;
  }
  return undefined;
}

function socketsOf(host: string, sockets: readonly string[] = USUAL_SOCKETS): readonly string[] {
  return ['localhost', '127.0.0.1', '::1'].includes(host) ? sockets : [];
}

/** A machine may run several servers: the one behind the socket must be the one that is meant. */
async function isThisServer(
  server: MariadbServer,
  wanted: MariadbServer['address'],
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await using connection = await connectMariadb(server, signal);
    const [row] = await connection.query<{ port: string }>('SELECT @@port AS port');
    return 'socket' in wanted || row?.port === String(wanted.port);
  } catch (error) {
    const notThisWay = ['database-login-refused', 'database-unreachable', 'database-unsupported'];
    if (error instanceof LifeboatError && notThisWay.includes(error.code)) return false;
    throw error;
  }
}

function gaveUp(options: SignInOptions): LifeboatError {
  return new LifeboatError('not-confirmed', `no password was given for ${options.user ?? 'root'}`);
}
