import { systemErrorCode } from '#platform/errors.ts';
import type { BackupParts } from './backup-parts.ts';
import { pruneArchives } from './prune-archives.ts';

/**
 * FD-20: where old archives go before the new one is made, takes away what it would take after it, but never
 * the last good one. That is journaled at once: a run that fails later says nothing else than why. Resolves
 * with lines that could not be journaled.
 */
export async function makeRoom(
  parts: BackupParts,
  { startedAt }: { startedAt: Temporal.Instant },
  signal: AbortSignal,
): Promise<string[]> {
  if (parts.deleteOld === 'after') return [];
  const coming = { systemId: parts.system.id, startedAt, archive: 'coming' as const };
  const { lines, stuck } = await pruneArchives(parts, coming, signal);
  if (lines.length === 0) return [];
  try {
    const journaled = lines.map((line) => `backup: before the new one: ${line}`);
    await parts.journal.write(journaled, { detail: stuck.length === 0 });
    return [];
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return lines;
  }
}
