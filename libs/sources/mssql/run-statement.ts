import type { ConnectionPool } from 'mssql';
import { LifeboatError } from '#platform/errors.ts';
import type { ServerMessage } from './connect.ts';
import { mssqlError } from './mssql-error.ts';

export interface StatementOptions {
  signal: AbortSignal;
  onMessage?: (message: ServerMessage) => void;
  /** Milliseconds after which it is cancelled and fails; undefined means never. */
  limitMs?: number;
}

/** Runs one batch and resolves with the rows of its first result, held in memory whole. */
export async function runStatement(
  pool: ConnectionPool,
  place: string,
  sql: string,
  { signal, onMessage, limitMs }: StatementOptions,
): Promise<unknown[]> {
  signal.throwIfAborted();
  const request = pool.request();
  if (onMessage) request.on('info', ({ number, message }) => onMessage({ number, text: message }));
  const limit = limitMs === undefined ? undefined : AbortSignal.timeout(limitMs);
  const ended = AbortSignal.any(limit === undefined ? [signal] : [signal, limit]);
  const cancel = () => request.cancel();
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
    ended.removeEventListener('abort', cancel);
  }
}

/** Enough to find the statement by; never as much as a password's hash in it. */
function firstWords(sql: string): string {
  return sql.trim().split(/\s+/).slice(0, 3).join(' ');
}
