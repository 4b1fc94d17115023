import type { Manifest } from '#archive/manifest.ts';
import { openArchive } from '#archive/open-archive.ts';
import { isGood } from '#catalog/is-good.ts';
import type { CatalogEntry } from '#catalog/list-archives.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import type { BackupParts } from './backup-parts.ts';
import { type Fingerprints, foundUnchanged } from './found-unchanged.ts';

export interface LastGood {
  /** The file's name. */
  name: string;
  manifest: Manifest;
  /** Fingerprints that a later run found to go with the same content. */
  found: Fingerprints;
}

/**
 * What the newest good archive of a system holds, for comparing the present state with it; undefined if there
 * is none, or if it can no longer be opened: then a new one is needed in any case.
 */
export async function lastGoodArchive(
  { destination, system, stateFolder }: Pick<BackupParts, 'destination' | 'system' | 'stateFolder'>,
  entries: readonly CatalogEntry[],
  signal: AbortSignal,
): Promise<LastGood | undefined> {
  const newest = entries.findLast((entry) => isGood(entry, system.id));
  if (newest === undefined) return undefined;
  try {
    await using archive = await openArchive(await destination.open(newest.file.name), signal);
    const { manifest } = archive;
    const found = await foundUnchanged(stateFolder, system.id).read(manifest);
    return { name: newest.file.name, manifest, found };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof LifeboatError) && systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}
