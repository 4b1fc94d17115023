import { readFile } from 'node:fs/promises';
import type { ConnectionPool, config as MssqlConfig } from 'mssql';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { connectError, type LoginMessage } from './connect-error.ts';
import type { Connection, MssqlServer } from './connection.ts';
import { placeOf } from './place-of.ts';
import { type LastResort, runStatement, type StatementOptions } from './run-statement.ts';

const CONNECT_MS = 15_000;
const ASK_MS = 60_000;
const CANCEL_MS = 60_000;
/** The pool's own: one to try, one to keep. */
const SESSIONS = 2;
const KEPT_MESSAGES = 10;

/** Throws `database-unreachable`, `-login-refused`, `-tls-failed`, `-missing`. */
export async function connectMssql(server: MssqlServer, signal: AbortSignal): Promise<Connection> {
  signal.throwIfAborted();
  const place = placeOf(server.address);
  const { default: mssql } = await import('mssql');
  const login = loginWatch(place);
  const pool = new mssql.ConnectionPool(await configOf(server, login.watch));
  // What breaks while no statement runs is told by the next one.
  pool.on('error', () => undefined);
  try {
    await untilAborted(pool.connect(), signal, login.close);
    const statements = inTurn(pool, place, server.limits?.ask ?? ASK_MS, {
      // The driver ends the session itself at this time if it knows of the cancel.
      afterMs: (server.limits?.cancel ?? CANCEL_MS) + 1000,
      endSession: login.close,
    });
    const [row] = await statements.ask<{ id: number }>('SELECT @@SPID AS id', signal);
    return {
      place,
      sessionId: Number(row?.id),
      ...statements,
      [Symbol.asyncDispose]: statements.close,
    };
  } catch (error) {
    await closeQuietly(pool);
    signal.throwIfAborted();
    throw connectError(error, { server, place, messages: login.messages });
  }
}

type Tedious = Parameters<NonNullable<MssqlConfig['beforeConnect']>>[0];

interface LoginWatch {
  /** What the server said while signing in: the error of a refused login has no number of its own. */
  messages: LoginMessage[];
  watch(connection: Tedious): void;
  close(): void;
}

function loginWatch(place: string): LoginWatch {
  const messages: LoginMessage[] = [];
  const opened: Tedious[] = [];
  return {
    messages,
    watch(connection) {
      if (opened.length === SESSIONS) {
        connection.close();
        throw new LifeboatError('database-unreachable', `the session on ${place} was lost`, {
          hint: 'see the error log of the server for why it ended the connection',
        });
      }
      opened.push(connection);
      // Later ones are those of statements.
      connection.on('errorMessage', ({ number, message }) => {
        if (messages.length < KEPT_MESSAGES) messages.push({ number, text: message });
      });
    },
    close() {
      for (const connection of opened) connection.close();
    },
  };
}

async function configOf(server: MssqlServer, beforeConnect: LoginWatch['watch']): Promise<MssqlConfig> {
  const { address, tls, limits } = server;
  const ca = tls?.ca === undefined ? undefined : await readCa(tls.ca);
  return {
    server: address.host,
    ...('port' in address ? { port: address.port } : {}),
    user: server.user,
    password: await server.password(),
    ...(server.domain === undefined ? {} : { domain: server.domain }),
    database: 'master',
    connectionTimeout: limits?.connect ?? CONNECT_MS,
    requestTimeout: 0,
    // Before each statement it would run one of its own, and open a session in the place of a lost one.
    validateConnection: false,
    pool: { min: 1, max: 1, idleTimeoutMillis: 2 ** 31 - 1 },
    options: {
      ...('instance' in address ? { instanceName: address.instance } : {}),
      appName: server.application ?? 'lifeboat',
      encrypt: tls !== undefined,
      trustServerCertificate: tls?.trust ?? false,
      ...(ca === undefined ? {} : { cryptoCredentialsDetails: { ca } }),
      cancelTimeout: limits?.cancel ?? CANCEL_MS,
      maxRetriesOnTransientErrors: 0,
    },
    beforeConnect,
  };
}

async function readCa(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new LifeboatError(
      'database-tls-failed',
      `cannot read the TLS file ${path}: ${systemErrorCode(cause) ?? cause}`,
      { hint: 'correct the path in the conf, or the rights on the file', cause },
    );
  }
}

async function untilAborted(work: Promise<unknown>, signal: AbortSignal, stop: () => void): Promise<void> {
  signal.addEventListener('abort', stop, { once: true });
  try {
    await work;
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** A pool of one session would make the second statement wait for 30 s only, then fail it. */
function inTurn(
  pool: ConnectionPool,
  place: string,
  askMs: number,
  lastResort: LastResort,
): Pick<Connection, 'ask' | 'run' | 'close'> {
  let last: Promise<unknown> = Promise.resolve();
  const queue = (sql: string, options: StatementOptions): Promise<unknown[]> => {
    const turn = last.then(() => runStatement(pool, place, sql, options, lastResort));
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    ask: async <Row>(sql: string, signal: AbortSignal, limitMs = askMs) =>
      (await queue(sql, { signal, limitMs })) as Row[],
    async run(sql, options) {
      await queue(sql, options);
    },
    async close() {
      await last;
      await closeQuietly(pool);
    },
  };
}

/** The server ends what a session left open when its socket closes; there is nothing else to do about a failure. */
async function closeQuietly(pool: ConnectionPool): Promise<void> {
  await pool.close().catch(() => undefined);
}
