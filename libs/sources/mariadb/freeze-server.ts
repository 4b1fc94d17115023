import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { LogPosition } from '#sources/source.ts';
import { type Connection, connectMariadb, type MariadbServer } from './connect.ts';

/** Sessions that see a server as it was at one moment. */
export interface FrozenServer extends AsyncDisposable {
  readonly takenAt: Temporal.Instant;
  readonly position: LogPosition | undefined;
  /** Each in a transaction with the same snapshot; use savepoints, and never commit. */
  readonly workers: readonly Connection[];
  /** One more such session, to look at many tables and be closed soon after: that frees them all for changes. */
  readonly scout: Connection;
  /** Milliseconds: until the lock was there, and for how long commits waited for it. */
  readonly waited: number;
  readonly held: number;
}

/**
 * Opens the snapshot: a lock that stops commits only, every worker's transaction begun under it, the log
 * position read, the lock given back. With `keepLock` it is kept until dispose, so that tables without
 * transactions stand still too. Needs RELOAD. Throws `database-busy` if the lock is not to be had in a minute.
 */
export async function freezeServer(
  server: MariadbServer,
  o: { workers: number; keepLock: boolean; clock: Clock },
  signal: AbortSignal,
): Promise<FrozenServer> {
  await using made = new AsyncDisposableStack();
  const open = async (): Promise<Connection> => {
    const session = made.use(await connectMariadb(server, signal));
    await session.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    return session;
  };
  const [locker, scout] = [await open(), await open()];
  const workers: Connection[] = [];
  for (let i = 0; i < o.workers; i++) {
    const worker = await open();
    await leaveBinaryLog(worker);
    workers.push(worker);
  }

  const asked = o.clock.elapsed();
  await lock(locker);
  const locked = o.clock.elapsed();
  const takenAt = o.clock.now();
  // Under the lock, so that all see the same; at once, so that it is short.
  await Promise.all(
    [...workers, scout].map((worker) =>
      worker.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY'),
    ),
  );
  const position = await readPosition(scout);
  if (!o.keepLock) await locker.query('BACKUP STAGE END');
  const freed = o.clock.elapsed();

  const sessions = made.move();
  return {
    takenAt,
    position,
    workers,
    scout,
    waited: locked - asked,
    held: freed - locked,
    [Symbol.asyncDispose]: () => sessions.disposeAsync(),
  };
}

/**
 * The stages in between come by themselves. Unlike FLUSH TABLES WITH READ LOCK this does not wait for long
 * statements that began before, nor make others wait behind them. The server frees it with the session.
 */
async function lock(locker: Connection): Promise<void> {
  try {
    await locker.query('BACKUP STAGE START');
    await locker.query('BACKUP STAGE BLOCK_COMMIT');
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.code !== 'database-busy') throw error;
    throw new LifeboatError(
      'database-busy',
      `cannot lock ${locker.place} for the snapshot: ${error.message}`,
      {
        hint: 'another backup, or a long change of a table, is running there; try again when it has ended',
        cause: error,
      },
    );
  }
}

/**
 * A session that takes part in the binary log keeps every table that it has read closed to ALTER until its
 * transaction ends, savepoint or not. Leaving takes BINLOG ADMIN (SUPER before 10.5); without that right
 * such changes wait for the end of the backup.
 */
async function leaveBinaryLog(worker: Connection): Promise<void> {
  try {
    await worker.query('SET SESSION sql_log_bin = 0');
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.code !== 'database-right-missing') throw error;
  }
}

/** Where the binary log stood at the snapshot; undefined if the server keeps none. */
async function readPosition(worker: Connection): Promise<LogPosition | undefined> {
  const rows = await worker.query<{ Variable_name: string; Value: string }>(
    `SHOW STATUS LIKE 'binlog\\_snapshot\\_%'`,
  );
  const status = new Map(rows.map((row) => [row.Variable_name.toLowerCase(), row.Value]));
  const file = status.get('binlog_snapshot_file') ?? '';
  if (file === '') return undefined;
  const position = Number(status.get('binlog_snapshot_position'));
  const [row] = await worker.query<{ gtid: string | null }>('SELECT @@GLOBAL.gtid_binlog_pos AS gtid');
  return { ...(row?.gtid ? { gtid: row.gtid } : {}), file, position };
}
