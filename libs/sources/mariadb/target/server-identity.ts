import { LifeboatError } from '#platform/errors.ts';
import type { Connection } from '../connect.ts';

/** What tells one server from another, as far as any server can be asked. */
export interface ServerIdentity {
  hostname: string;
  port: string;
  datadir: string;
}

export async function readIdentity(connection: Connection): Promise<ServerIdentity> {
  const [row] = await connection.query<{ hostname: string; port: string | number; datadir: string }>(
    'SELECT @@hostname AS hostname, @@port AS port, @@datadir AS datadir',
  );
  return { hostname: row?.hostname ?? '', port: String(row?.port ?? ''), datadir: row?.datadir ?? '' };
}

/**
 * Throws `target-unsuitable` on another server than the one that was switched over: the definitions of that one would be
 * made here. A server whose machine was renamed is known by the restore's `own` databases.
 */
export async function requireSameServer(
  connection: Connection,
  { identity, place, own }: { identity: ServerIdentity; place: string; own: readonly string[] },
): Promise<void> {
  const now = await readIdentity(connection);
  if (JSON.stringify(now) === JSON.stringify(identity)) return;
  if (own.length > 0) {
    const found = await connection.query(
      'SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN (?) LIMIT 1',
      [own],
    );
    if (found.length > 0) return;
  }
  const text = ({ hostname, port, datadir }: ServerIdentity) => `${hostname}:${port} (${datadir})`;
  throw new LifeboatError(
    'target-unsuitable',
    `${connection.place} is server ${text(now)}, but the restore was on ${place}, server ${text(identity)}`,
    { hint: 'sign in to the server that was restored to; nothing was changed' },
  );
}
