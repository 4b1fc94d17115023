import type { Connection as MysqlConnection } from 'mysql2';
import { LifeboatError } from '#platform/errors.ts';
import { connectError, mariadbError } from './mariadb-error.ts';
import {
  type OpenWire,
  openWire,
  type PacketConsumer,
  type ServerAddress,
  type TlsFiles,
  type Wire,
} from './open-wire.ts';

/** How one server is reached. */
export interface MariadbServer {
  address: ServerAddress;
  user: string;
  /** Asked for at each sign-in and forgotten after it; undefined means: without a password. */
  password: () => Promise<string | undefined>;
  /** Undefined means unencrypted. A socket is never encrypted. */
  tls?: TlsFiles | undefined;
}

/** A value of a row: integers up to 32 bits as numbers, larger and exact ones, dates and JSON as strings. */
export type SqlValue = string | number | null | Buffer;
export type SqlRow = Record<string, SqlValue>;

/**
 * One session. Its statements run one after the other, whoever calls. Session settings are fixed: UTC,
 * utf8mb4, sql_mode NO_AUTO_VALUE_ON_ZERO, and no limit or time-out of the server's conf that would cut a
 * result short. Every error is a LifeboatError.
 */
export interface Connection extends AsyncDisposable {
  /** How errors and journal name the server: `127.0.0.1:3306`, `/run/mysqld/mysqld.sock`. */
  readonly place: string;
  /** VERSION(): `10.11.6-MariaDB-log`. */
  readonly serverVersion: string;
  /** `[10, 11, 6]`. */
  readonly version: readonly [number, number, number];
  readonly threadId: number;
  /** Rows of the statement, names as in its result; for one without rows an empty list. */
  query<Row = SqlRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /**
   * The same on the bare session for things that mysql2 or the wire do themselves (raw rows, LOAD DATA
   * LOCAL). `work` has the session to itself. Rejects at once when the connection is lost or aborted.
   */
  exclusive<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Ends the session now and whatever it runs on the server; statements under way reject with `reason`. */
  abort(reason: unknown): void;
  close(): Promise<void>;
}

export interface Session {
  readonly mysql: MysqlConnection;
  readonly wire: Wire;
  query<Row = SqlRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Rows under character_set_results = binary (each value's own bytes) or utf8mb4 (the normal state). */
  resultsAs(charset: 'binary' | 'utf8mb4'): Promise<void>;
}

/** How long a statement waits for a lock on a table before it is given up as busy. */
const LOCK_WAIT_SECONDS = 60;
const CONNECT_TIMEOUT_MS = 10_000;

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
  const connection = session({ mysql, wire, place, server, signal });
  try {
    return await connection.start();
  } catch (error) {
    wire.destroy();
    throw error;
  }
}

export function placeOf(address: ServerAddress): string {
  return 'socket' in address ? address.socket : `${address.host}:${address.port}`;
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

function session(o: {
  mysql: MysqlConnection;
  wire: OpenWire;
  place: string;
  server: MariadbServer;
  signal: AbortSignal;
}): Connection & { start(): Promise<Connection> } {
  const { mysql, wire, place, signal } = o;
  const lost = Promise.withResolvers<never>();
  // Whoever waits for a statement sees it; nobody may be waiting.
  lost.promise.catch(() => undefined);
  let ended = false;
  let running = 0;
  let killing: Promise<void> | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let charset = 'utf8mb4';
  let serverVersion = '';

  const end = (reason: unknown): void => {
    if (ended) return;
    ended = true;
    signal.removeEventListener('abort', onAbort);
    lost.reject(reason);
    wire.destroy();
  };
  const abort = (reason: unknown): void => {
    if (ended) return;
    if (running > 0) killing = killStatement(o.server, Number(mysql.threadId));
    end(reason);
  };
  const onAbort = () => abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  wire.onEnd((error) => end(mariadbError(error, place)));

  const bareQuery = <Row>(sql: string, values?: readonly unknown[]): Promise<Row[]> =>
    new Promise((resolve, reject) => {
      mysql.query(sql, [...(values ?? [])], (error: unknown, rows: unknown) => {
        if (error) reject(mariadbError(error, place));
        else resolve(Array.isArray(rows) ? (rows as Row[]) : []);
      });
    });
  const bare: Session = {
    mysql,
    wire,
    query: bareQuery,
    async resultsAs(wanted) {
      if (wanted === charset) return;
      await bareQuery(`SET SESSION character_set_results = ${wanted}`);
      charset = wanted;
    },
  };
  const exclusive = <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const turn = queue.then(async () => {
      if (ended) return await lost.promise;
      running++;
      try {
        return await Promise.race([work(bare), lost.promise]);
      } finally {
        running--;
      }
    });
    queue = turn.catch(() => undefined);
    return turn;
  };
  const query = <Row>(sql: string, values?: readonly unknown[]): Promise<Row[]> =>
    exclusive(async (s) => {
      await s.resultsAs('utf8mb4');
      return await s.query<Row>(sql, values);
    });
  const close = async (): Promise<void> => {
    end(new LifeboatError('internal', `a statement was given to the closed connection to ${place}`));
    await killing;
  };

  return {
    place,
    get serverVersion() {
      return serverVersion;
    },
    get version() {
      return parseVersion(serverVersion);
    },
    threadId: Number(mysql.threadId),
    query,
    exclusive,
    abort,
    close,
    async start() {
      if (signal.aborted) onAbort();
      for (const statement of SESSION_SETTINGS) await query(statement);
      const [row] = await query<{ version: string }>('SELECT VERSION() AS version');
      serverVersion = row?.version ?? '';
      refuseOther(serverVersion, place);
      return this;
    },
    [Symbol.asyncDispose]: close,
  };
}

/**
 * Whatever the server's conf says, a dump must not be cut short (sql_select_limit, max_statement_time), ended
 * while it waits (idle and net time-outs), or shown another time (system_versioning_asof).
 */
const SESSION_SETTINGS = [
  'SET NAMES utf8mb4',
  `SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00', autocommit = 1,
    tx_read_only = 0, completion_type = 0, sql_quote_show_create = 1, sql_big_selects = 1,
    sql_select_limit = 18446744073709551615, max_statement_time = 0, sql_safe_updates = 0,
    system_versioning_asof = DEFAULT, check_constraint_checks = 1,
    wait_timeout = 86400, net_read_timeout = 3600, net_write_timeout = 3600,
    idle_transaction_timeout = 0, idle_readonly_transaction_timeout = 0, idle_write_transaction_timeout = 0,
    lock_wait_timeout = ${LOCK_WAIT_SECONDS}`,
];

/**
 * The server notices a closed socket only when it writes to it; a long ALTER would run on. An account may
 * always kill its own threads. That it fails because the server is gone, or the statement has ended, changes
 * nothing: the connection has its reason already.
 */
async function killStatement(server: MariadbServer, threadId: number): Promise<void> {
  const limit = AbortSignal.timeout(5_000);
  try {
    await using killer = await connectMariadb(server, limit);
    await killer.query(`KILL ${threadId}`);
  } catch (error) {
    if (!(error instanceof LifeboatError) && !limit.aborted) throw error;
  }
}
