import type { ConnectionPool } from 'mssql';
import { LifeboatError } from '#platform/errors.ts';
import type { ServerMessage } from './connection.ts';
import { mssqlError } from './mssql-error.ts';

export interface StatementOptions {
  signal: AbortSignal;
  onMessage?: (message: ServerMessage) => void;
  /** Milliseconds after which it is cancelled and fails; undefined means never. */
  limitMs?: number;
}

/** For a statement that goes on although it was cancelled. */
export interface LastResort {
  /** Milliseconds after the cancel. */
  afterMs: number;
  /** Ends the session, and with it the statement. */
  endSession: () => void;
}

/** Runs one batch and resolves with the rows of its first result, held in memory whole. */
export async function runStatement(
  pool: ConnectionPool,
  place: string,
  sql: string,
  { signal, onMessage, limitMs }: StatementOptions,
  lastResort: LastResort,
): Promise<unknown[]> {
  signal.throwIfAborted();
  const request = pool.request();
  if (onMessage) request.on('info', ({ number, message }) => onMessage({ number, text: message }));
  const limit = limitMs === undefined ? undefined : AbortSignal.timeout(limitMs);
  const ended = AbortSignal.any(limit === undefined ? [signal] : [signal, limit]);
  let over = false;
  let resort: NodeJS.Timeout | undefined;
  // The driver loses a cancel that comes between the statement's last byte and its own notice of that: it has
  // noticed once the event loop has gone round.
  const cancel = () => {
    setImmediate(() => setImmediate(() => over || request.cancel()));
    resort = setTimeout(lastResort.endSession, lastResort.afterMs);
  };
  ended.addEventListener('abort', cancel, { once: true });
  try {
    const { recordset } = await request.batch(sql);
    return recordset ?? [];
  } catch (error) {
    signal.throwIfAborted();
    if (!limit?.aborted) throw mssqlError(error, place);
    throw new LifeboatError(
      'database-unreachable',
      `${place} did not answer within ${(limitMs ?? 0) / 1000} s: ${firstWords(sql)}`,
      { hint: 'see what the server is busy with, or waiting for', cause: error },
    );
  } finally {
    over = true;
    clearTimeout(resort);
    ended.removeEventListener('abort', cancel);
  }
}

/** Enough to find the statement by; never as much as a password's hash in it. */
function firstWords(sql: string): string {
  return sql.trim().split(/\s+/).slice(0, 3).join(' ');
}
