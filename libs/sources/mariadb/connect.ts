import type { Connection as MysqlConnection } from 'mysql2';
import { LifeboatError } from '#platform/errors.ts';
import { connectError } from './mariadb-error.ts';
import { type OpenSession, openSession } from './open-session.ts';
import {
  type OpenWire,
  openWire,
  type PacketConsumer,
  type ServerAddress,
  type TlsFiles,
} from './open-wire.ts';
import { placeOf } from './place-of.ts';

/** How one server is reached. */
export interface MariadbServer {
  address: ServerAddress;
  user: string;
  /** Asked for at each sign-in and forgotten after it; undefined means: without a password. */
  password: () => Promise<string | undefined>;
  /** Undefined means unencrypted. A socket is never encrypted. */
  tls?: TlsFiles | undefined;
}

/**
 * One session. Its statements run one after the other, whoever calls. Session settings are fixed: UTC,
 * utf8mb4, sql_mode NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES, and no limit or time-out of the server's conf that would cut a
 * result short. Every error is a LifeboatError.
 */
export interface Connection extends OpenSession {
  /** VERSION(): `10.11.6-MariaDB-log`. */
  readonly serverVersion: string;
  /** `[10, 11, 6]`. */
  readonly version: readonly [number, number, number];
}

export type { Session, SqlRow } from './open-session.ts';

/** How long a statement waits for a lock on a table before it is given up as busy. */
const LOCK_WAIT_SECONDS = 60;
const CONNECT_TIMEOUT_MS = 10_000;
/** A Stop takes two seconds at most (FD-04); a server that does not answer by then kills nothing for us. */
const KILL_WITHIN_MS = 1_200;

/**
 * The one way to connect. Throws database-unreachable, -login-refused, -tls-failed, or -unsupported (MySQL,
 * MariaDB below 10.4, a sign-in plugin that mysql2 lacks). When `signal` aborts, at any time in the life of
 * the connection, the running statement is killed on the server and rejects with the signal's reason.
 */
export async function connectMariadb(server: MariadbServer, signal: AbortSignal): Promise<Connection> {
  signal.throwIfAborted();
  const place = placeOf(server.address);
  const { default: mysql2 } = await import('mysql2');
  // Before the socket opens: a greeting that came while the password is read would find nobody listening.
  const password = await server.password();
  const wire = await openWire(server.address, server.tls, (version) => refuseOther(version, place));
  const stop = () => wire.destroy();
  signal.addEventListener('abort', stop, { once: true });
  let mysql: MysqlConnection;
  try {
    mysql = await signIn(mysql2, wire, server, password);
  } catch (error) {
    wire.destroy();
    signal.throwIfAborted();
    throw connectError(error, place, server.user);
  } finally {
    signal.removeEventListener('abort', stop);
  }
  const threadId = Number(mysql.threadId);
  const session = openSession({ mysql, wire, place, kill: () => killStatement(server, threadId) }, signal);
  try {
    const serverVersion = await prepare(session);
    refuseOther(serverVersion, place);
    return { ...session, serverVersion, version: parseVersion(serverVersion) };
  } catch (error) {
    await session.close();
    throw error;
  }
}

async function signIn(
  mysql2: typeof import('mysql2'),
  wire: OpenWire,
  server: MariadbServer,
  password: string | undefined,
): Promise<MysqlConnection> {
  const host = 'host' in server.address ? server.address.host : 'localhost';
  const mysql = mysql2.createConnection({
    stream: wire.socket,
    host,
    user: server.user,
    ...(password === undefined ? {} : { password }),
    ...(server.tls && 'host' in server.address ? { ssl: { rejectUnauthorized: server.tls.verify } } : {}),
    charset: 'utf8mb4',
    connectTimeout: CONNECT_TIMEOUT_MS,
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    jsonStrings: true,
    disableEval: true,
  });
  wire.feed(mysql as unknown as PacketConsumer);
  await new Promise<void>((resolve, reject) => {
    mysql.once('connect', () => resolve());
    mysql.on('error', reject);
  });
  mysql.config.password = '';
  return mysql;
}

function refuseOther(version: string, place: string): void {
  if (!/mariadb/i.test(version)) {
    throw new LifeboatError('database-unsupported', `${place} is MySQL ${version}, not MariaDB`, {
      hint: 'lifeboat saves MariaDB 10.4 and later; for MySQL use its own tools',
    });
  }
  const [major, minor] = parseVersion(version);
  if (major < 10 || (major === 10 && minor < 4)) {
    throw new LifeboatError('database-unsupported', `${place} is MariaDB ${major}.${minor}, below 10.4`, {
      hint: 'update the server to MariaDB 10.4 or later',
    });
  }
}

/** `5.5.5-` before the version is for old replication clients and means nothing. */
function parseVersion(version: string): [number, number, number] {
  const match = /(\d+)\.(\d+)\.(\d+)/.exec(version.replace(/^5\.5\.5-/, ''));
  return [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0), Number(match?.[3] ?? 0)];
}

async function prepare(connection: OpenSession): Promise<string> {
  for (const statement of SESSION_SETTINGS) await connection.query(statement);
  const [row] = await connection.query<{ version: string }>('SELECT VERSION() AS version');
  return row?.version ?? '';
}

/**
 * Whatever the server's conf says, a dump must not be cut short (sql_select_limit, max_statement_time), ended
 * while it waits (idle and net time-outs), or shown another time (system_versioning_asof).
 */
const SESSION_SETTINGS = [
  'SET NAMES utf8mb4',
  `SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', time_zone = '+00:00', autocommit = 1,
    tx_read_only = 0, completion_type = 0, sql_quote_show_create = 1, sql_big_selects = 1,
    sql_select_limit = 18446744073709551615, max_statement_time = 0, sql_safe_updates = 0,
    system_versioning_asof = DEFAULT, check_constraint_checks = 1,
    wait_timeout = 86400, net_read_timeout = 3600, net_write_timeout = 3600,
    idle_transaction_timeout = 0, idle_readonly_transaction_timeout = 0, idle_write_transaction_timeout = 0,
    lock_wait_timeout = ${LOCK_WAIT_SECONDS}`,
];

/**
 * The server notices a closed socket only when it writes to it; a long ALTER would run on. An account may
 * always kill its own threads. That it fails because the server is gone, does not answer, or the statement has
 * ended, changes nothing: the connection has its reason already.
 */
async function killStatement(server: MariadbServer, threadId: number): Promise<void> {
  const limit = AbortSignal.timeout(KILL_WITHIN_MS);
  try {
    await using killer = await connectMariadb(server, limit);
    await killer.query(`KILL ${threadId}`);
  } catch (error) {
    if (!(error instanceof LifeboatError) && !limit.aborted) throw error;
  }
}
