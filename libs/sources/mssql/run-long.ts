import { setTimeout as sleep } from 'node:timers/promises';
import { LifeboatError } from '#platform/errors.ts';
import { connectMssql } from './connect.ts';
import type { Connection, MssqlServer, ServerMessage } from './connection.ts';

export interface LongOptions {
  signal: AbortSignal;
  /** For the second connection that looks at the first. */
  server: MssqlServer;
  /** Milliseconds without progress after which it is given up. */
  stallMs: number;
  /** What is being done, for messages: `BACKUP of database shop`. */
  what: string;
  /** 1 to 100, whenever it rises. */
  onPercent?: (percent: number) => void;
}

export interface LongResult {
  /** Numbers of all messages that came, in order of their first coming: 3014 is "successfully processed". */
  numbers: ReadonlySet<number>;
}

const PERCENT_PROCESSED = 3211;

/**
 * Runs BACKUP, RESTORE or DBCC, which may take hours, but not stand still: with neither a message nor a change of
 * percent_complete (asked for on a second connection) for `stallMs` it is cancelled and fails as
 * `database-failed`. Aborting cancels it at once.
 */
export async function runLong(
  connection: Connection,
  sql: string,
  options: LongOptions,
): Promise<LongResult> {
  const { signal, what, stallMs } = options;
  const numbers = new Set<number>();
  const stalled = new AbortController();
  const ended = new AbortController();
  const life = signsOfLife(options.onPercent);
  const onMessage = (message: ServerMessage): void => {
    numbers.add(message.number);
    life.message(message);
  };
  const watch = watchProgress(connection, options, life, {
    ended: AbortSignal.any([signal, ended.signal]),
    giveUp: () => stalled.abort(stallError(connection.place, what, stallMs, life.percent())),
  });
  try {
    await connection.run(sql, { signal: AbortSignal.any([signal, stalled.signal]), onMessage });
    return { numbers };
  } finally {
    ended.abort();
    await watch;
  }
}

interface SignsOfLife {
  message(message: ServerMessage): void;
  /** What the second connection saw. */
  seen(percent: number): void;
  /** Counts up with every sign. */
  count(): number;
  percent(): number;
}

function signsOfLife(onPercent: LongOptions['onPercent']): SignsOfLife {
  let count = 0;
  let reported = 0;
  let lastSeen = 0;
  const report = (percent: number): void => {
    if (percent <= reported || percent > 100) return;
    reported = percent;
    onPercent?.(percent);
  };
  return {
    message({ number, text }) {
      count += 1;
      if (number === PERCENT_PROCESSED) report(Number(/^\d+/.exec(text)?.[0] ?? 0));
    },
    seen(percent) {
      if (percent === lastSeen) return;
      lastSeen = percent;
      count += 1;
      report(Math.floor(percent));
    },
    count: () => count,
    percent: () => reported,
  };
}

/** Looks four times within the time allowed; the second connection is opened only when messages stay out. */
async function watchProgress(
  connection: Connection,
  { server, stallMs }: LongOptions,
  life: SignsOfLife,
  { ended, giveUp }: { ended: AbortSignal; giveUp: () => void },
): Promise<void> {
  const looks = 4;
  let quiet = 0;
  let before = life.count();
  while (quiet < looks && (await passed(stallMs / looks, ended))) {
    if (life.count() === before) await look(connection.sessionId, server, life, ended);
    quiet = life.count() === before ? quiet + 1 : 0;
    before = life.count();
  }
  if (!ended.aborted) giveUp();
}

/** False if what is waited for ended first. */
async function passed(ms: number, ended: AbortSignal): Promise<boolean> {
  if (ended.aborted) return false;
  return await sleep(ms, true, { signal: ended }).catch(() => false);
}

/** A second connection that cannot be had sees no progress; why, the first one will say. */
async function look(
  sessionId: number,
  server: MssqlServer,
  life: SignsOfLife,
  ended: AbortSignal,
): Promise<void> {
  try {
    await using second = await connectMssql(server, ended);
    const rows = await second.ask<{ session_id: number; percent_complete: number }>(
      'SELECT session_id, percent_complete FROM sys.dm_exec_requests',
      ended,
    );
    const own = rows.find((row) => Number(row.session_id) === sessionId);
    if (own !== undefined) life.seen(Number(own.percent_complete));
  } catch (error) {
    if (!(error instanceof LifeboatError) && !ended.aborted) throw error;
  }
}

function stallError(place: string, what: string, stallMs: number, percent: number): LifeboatError {
  const time = stallMs >= 60_000 ? `${Math.round(stallMs / 60_000)} min` : `${stallMs / 1000} s`;
  return new LifeboatError(
    'database-failed',
    `${what} on ${place} made no progress for ${time} (it stood at ${percent} percent) and was cancelled`,
    {
      hint: 'see the error log of the server and what it waits for (sys.dm_exec_requests); raise "stall" if its disks are that slow',
    },
  );
}
