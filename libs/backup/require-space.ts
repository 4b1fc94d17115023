import type { CatalogEntry } from '#catalog/list-archives.ts';
import type { Destination } from '#destinations/destination.ts';

/** What a first archive needs at least: a tenth of what is read; rows and texts shrink that far, images do not. */
const FIRST_SHARE = 0.1;

/**
 * Throws `space-low` where the archive would surely not fit: the size of the system's last archive is
 * the best estimate there is. A backup is not refused for a guess: what turns out larger ends with `space-low` while it is
 * written, and leaves nothing behind.
 */
export async function requireSpace(
  destination: Destination,
  bytesToRead: number,
  earlier: { systemId: string; entries: readonly CatalogEntry[] },
  signal: AbortSignal,
): Promise<void> {
  const last = earlier.entries.findLast((entry) => entry.summary?.systemId === earlier.systemId);
  const needed = last === undefined ? bytesToRead * FIRST_SHARE : Math.min(last.file.bytes, bytesToRead);
  await destination.check(Math.ceil(needed), signal);
}
