import type { CatalogEntry } from '#catalog/list-archives.ts';
import { freezeSources } from './freeze-sources.ts';
import type { ArchiveIdentity } from './name-archive.ts';
import { proveArchive } from './prove-archive.ts';
import { requireSpace } from './require-space.ts';
import type { BackupParts } from './run-backup.ts';
import { type WrittenSet, writeSet } from './write-set.ts';

export interface SetToTake extends ArchiveIdentity {
  version: string;
  startedAt: Temporal.Instant;
  /** The archives of the destination before this run. */
  earlier: readonly CatalogEntry[];
}

export interface TakenSet extends WrittenSet {
  /** Of the whole archive, as it was read back. */
  sha256: string;
  /** What the sources say about their point in time. */
  journal: string[];
}

/**
 * Fixes the point in time, writes the set, reads it back, and only then gives the archive its name. Whatever
 * fails before that leaves no trace, so it can be done again.
 */
export async function takeSet(parts: BackupParts, take: SetToTake, signal: AbortSignal): Promise<TakenSet> {
  await using frozen = await freezeSources(parts.sources, parts.onProgress, signal);
  const same = { systemId: parts.system.id, entries: take.earlier };
  await requireSpace(parts.destination, frozen.bytes, same, signal);
  await using draft = await parts.destination.draft(take.archiveName, parts.system.id);
  const set = await writeSet(parts, { ...take, frozen, path: draft.path }, signal);
  const sha256 = await proveArchive(draft.path, parts.onProgress, signal);
  await draft.publish();
  return { ...set, sha256, journal: frozen.journal };
}
