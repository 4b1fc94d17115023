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
  const locker = made.use(await connectMariadb(server, signal));
  const workers: Connection[] = [];
  for (let i = 0; i < o.workers; i++) workers.push(made.use(await connectMariadb(server, signal)));
  for (const worker of workers) {
    await worker.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
  }

  const asked = o.clock.elapsed();
  await lock(locker);
  const locked = o.clock.elapsed();
  const takenAt = o.clock.now();
  // Under the lock, so that all see the same; at once, so that it is short.
  await Promise.all(
    workers.map((worker) => worker.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY')),
  );
  const position = await readPosition(workers[0] ?? locker);
  if (!o.keepLock) await locker.query('BACKUP STAGE END');
  const freed = o.clock.elapsed();

  const sessions = made.move();
  return {
    takenAt,
    position,
    workers,
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
