import { LifeboatError } from '#platform/errors.ts';
import { connectMariadb, type MariadbServer } from '../connect.ts';

export interface BySocket {
  address: MariadbServer['address'];
  /** Whether this process may sign in as root by the socket. Default: its user is root. */
  asRoot?: boolean;
  /** Sockets to try for a server on this machine. Default: the usual places. */
  sockets?: readonly string[];
}

const USUAL_SOCKETS = [
  '/run/mysqld/mysqld.sock',
  '/var/run/mysqld/mysqld.sock',
  '/var/lib/mysql/mysql.sock',
  '/tmp/mysql.sock',
];

/**
 * As root by the server's socket, where MariaDB's packages give root no password; undefined where that does not work:
 * this process is not root's, the server is another machine's, or root has a password there.
 */
export async function signInBySocket(
  options: BySocket,
  signal: AbortSignal,
): Promise<MariadbServer | undefined> {
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
