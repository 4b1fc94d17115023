import type { Connection } from '../../connection.ts';
import { type LiveDatabase, readDatabases } from '../read-live.ts';
import type { SwitchedDatabase } from './switch-state.ts';

/** What has each of the three names of a database of the set now. */
export interface FoundDatabases {
  live: LiveDatabase | undefined;
  staged: LiveDatabase | undefined;
  old: LiveDatabase | undefined;
}

/**
 * Names tell how far a switch-over came: those of staged and kept databases are nobody else's, and an administrator may
 * have given a database another number since.
 */
export async function findDatabases(
  connection: Connection,
  { database, staged, old }: Pick<SwitchedDatabase, 'database' | 'staged' | 'old'>,
  signal: AbortSignal,
): Promise<FoundDatabases> {
  const all = await readDatabases(connection, signal);
  const named = (wanted: string) => all.find(({ name }) => name === wanted);
  return { live: named(database), staged: named(staged), old: named(old) };
}

/** Whether what is live is what took the place of the old one. */
export function isRestored(o: SwitchedDatabase, { live, staged, old }: FoundDatabases): boolean {
  if (live === undefined || staged !== undefined) return false;
  return live.id === o.stagedId || old !== undefined || o.live === undefined;
}
