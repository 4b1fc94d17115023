import type { Connection as MysqlConnection } from 'mysql2';
import { LifeboatError } from '#platform/errors.ts';
import { mariadbError } from './mariadb-error.ts';
import type { Wire } from './open-wire.ts';

/** A value of a row: integers up to 32 bits as numbers, larger and exact ones, dates and JSON as strings. */
export type SqlValue = string | number | null | Buffer;
export type SqlRow = Record<string, SqlValue>;

export interface OpenSession extends AsyncDisposable {
  /** How errors and journal name the server: `127.0.0.1:3306`, `/run/mysqld/mysqld.sock`. */
  readonly place: string;
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

interface SignedIn {
  mysql: MysqlConnection;
  wire: Wire;
  place: string;
  /** Ends this session's statement from the server's side. */
  kill: () => Promise<void>;
}

/** A session on a signed-in connection; it ends when `signal` aborts, when the server goes, or by close. */
export function openSession(o: SignedIn, signal: AbortSignal): OpenSession {
  const { wire, place } = o;
  const life = lifeOf(wire);
  const bare = bareSession(o);
  let running = 0;
  let killing: Promise<void> | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const abort = (reason: unknown): void => {
    if (running > 0 && !life.ended()) killing = o.kill();
    life.end(reason);
  };
  const onAbort = () => abort(signal.reason);
  life.atEnd(() => signal.removeEventListener('abort', onAbort));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  wire.onEnd((error) => life.end(mariadbError(error, place)));

  const exclusive = <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const turn = queue.then(async () => {
      if (life.ended()) return await life.over;
      running++;
      try {
        return await Promise.race([work(bare), life.over]);
      } finally {
        running--;
      }
    });
    queue = turn.catch(() => undefined);
    return turn;
  };
  const close = async (): Promise<void> => {
    if (running === 0 && !life.ended()) wire.quit();
    life.end(new LifeboatError('internal', `a statement was given to the closed connection to ${place}`));
    await killing;
  };
  return {
    place,
    threadId: Number(o.mysql.threadId),
    query: (sql, values) =>
      exclusive(async (session) => {
        await session.resultsAs('utf8mb4');
        return await session.query(sql, values);
      }),
    exclusive,
    abort,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Ends once, for the first reason; everyone who waits and everyone who comes later is told that one. */
interface Life {
  readonly over: Promise<never>;
  ended(): boolean;
  end(reason: unknown): void;
  atEnd(listener: () => void): void;
}

function lifeOf(wire: Wire): Life {
  const over = Promise.withResolvers<never>();
  // Whoever waits for a statement sees it; nobody may be waiting.
  over.promise.catch(() => undefined);
  const listeners: (() => void)[] = [];
  let ended = false;
  return {
    over: over.promise,
    ended: () => ended,
    end(reason) {
      if (ended) return;
      ended = true;
      for (const listener of listeners) listener();
      over.reject(reason);
      wire.destroy();
    },
    atEnd: (listener) => void listeners.push(listener),
  };
}

function bareSession({ mysql, wire, place }: SignedIn): Session {
  let charset = 'utf8mb4';
  const query = <Row>(sql: string, values?: readonly unknown[]): Promise<Row[]> =>
    new Promise((resolve, reject) => {
      mysql.query(sql, [...(values ?? [])], (error: unknown, rows: unknown) => {
        if (error) reject(mariadbError(error, place));
        else resolve(Array.isArray(rows) ? (rows as Row[]) : []);
      });
    });
  return {
    mysql,
    wire,
    query,
    async resultsAs(wanted) {
      if (wanted === charset) return;
      await query(`SET SESSION character_set_results = ${wanted}`);
      charset = wanted;
    },
  };
}
