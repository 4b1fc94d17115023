import type { Manifest } from '#archive/manifest.ts';
import { openArchive } from '#archive/read-archive.ts';
import type { CatalogEntry } from '#catalog/list-archives.ts';
import type { Destination } from '#destinations/destination.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';

export interface LastGood {
  /** The file's name. */
  name: string;
  manifest: Manifest;
}

/**
 * What the newest good archive of a system holds, for comparing the present state with it; undefined if there
 * is none, or if it can no longer be opened: then a new one is needed in any case.
 */
export async function lastGoodArchive(
  destination: Destination,
  entries: readonly CatalogEntry[],
  systemId: string,
  signal: AbortSignal,
): Promise<LastGood | undefined> {
  const newest = entries.findLast(
    ({ summary, renamed }) => summary?.systemId === systemId && summary.state === 'good' && !renamed,
  );
  if (newest === undefined) return undefined;
  try {
    await using archive = await openArchive(await destination.open(newest.file.name), signal);
    return { name: newest.file.name, manifest: archive.manifest };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof LifeboatError) && systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}
