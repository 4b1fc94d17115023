import type { HistoryEntry } from '#journal/history-entry.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';

/** What `history` and /api/history show. */
export interface KnownHistory {
  /** FD-16: where backupHistory.json is. */
  path: string;
  /** This system's backups, newest first. */
  backups: HistoryEntry[];
}

/** Throws `read-failed` if backupHistory.json is none of ours. */
export async function readHistory({ history, id }: ComposedSystem): Promise<KnownHistory> {
  const known = await history.read();
  const own = (known?.backups ?? []).filter(({ systemId }) => systemId === id);
  return { path: history.path, backups: own.toReversed() };
}
