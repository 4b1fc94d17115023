import { LifeboatError } from '#platform/errors.ts';
import type { Connection } from '../connection.ts';
import type { LiveDatabase } from './read-live.ts';

/**
 * Throws `target-unsuitable` for databases that the server would not drop: one of an availability group, one that is
 * published, one with snapshots. Asked before the first of several goes.
 */
export async function refuseBound(
  connection: Connection,
  databases: readonly { live: LiveDatabase }[],
  signal: AbortSignal,
): Promise<void> {
  for (const { live } of databases) {
    const [bound] = await connection.ask<{ published: boolean }>(
      `SELECT is_published AS published FROM sys.databases WHERE database_id = ${live.id}`,
      signal,
    );
    const snapshots = await connection.ask<{ name: string }>(
      `SELECT name FROM sys.databases WHERE source_database_id = ${live.id}`,
      signal,
    );
    const why = [
      ...(live.replica === null ? [] : ['it belongs to an availability group']),
      ...(bound?.published ? ['it is published for replication'] : []),
      ...snapshots.map(({ name }) => `database ${name} is a snapshot of it`),
    ];
    if (why.length === 0) continue;
    throw new LifeboatError(
      'target-unsuitable',
      `database ${live.name} on ${connection.place} cannot be dropped: ${why.join(', ')}; nothing was dropped`,
      { hint: 'take that away first, or make room so that nothing has to go before' },
    );
  }
}
