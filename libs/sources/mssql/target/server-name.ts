import { LifeboatError } from '#platform/errors.ts';
import type { Connection } from '../connection.ts';
import { readDatabases } from './read-live.ts';

export async function readServerName(connection: Connection, signal: AbortSignal): Promise<string> {
  const [row] = await connection.ask<{ name: string | null }>(
    "SELECT CAST(SERVERPROPERTY('ServerName') AS nvarchar(256)) AS name",
    signal,
  );
  return row?.name ?? '';
}

/**
 * Throws `target-unsuitable` on another server than the one that was switched over. A server that was renamed is known
 * by the restore's `own` databases.
 */
export async function requireSameServer(
  connection: Connection,
  { serverName, place, own }: { serverName: string; place: string; own: readonly string[] },
  signal: AbortSignal,
): Promise<void> {
  const now = await readServerName(connection, signal);
  if (now === serverName) return;
  const all = await readDatabases(connection, signal);
  if (all.some(({ name }) => own.includes(name))) return;
  throw new LifeboatError(
    'target-unsuitable',
    `${connection.place} is server ${now}, but the restore was on ${place}, server ${serverName}`,
    { hint: 'sign in to the server that was restored to; nothing was changed' },
  );
}
