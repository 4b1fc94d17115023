import type { CatalogEntry } from '#catalog/list-archives.ts';

export interface ArchiveIdentity {
  archiveName: string;
  /** One more than the highest number among this system's archives in the destination (FD-15). */
  number: number;
}

/**
 * `<slug>-<UTC yyyymmddThhmmssZ>-<number>.zip`: sorts by time in every file list and tells a person what it
 * is. The name is for people; the program reads the facts from the manifest.
 */
export function nameArchive(
  system: { id: string; name: string },
  startedAt: Temporal.Instant,
  earlier: readonly CatalogEntry[],
): ArchiveIdentity {
  const numbers = earlier
    .filter((entry) => entry.summary?.systemId === system.id)
    .map((entry) => entry.summary?.number ?? 0);
  const number = Math.max(0, ...numbers) + 1;
  const stamp = startedAt.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '');
  return { archiveName: `${slug(system.name)}-${stamp}-${number}.zip`, number };
}

/** Letters of every script and digits stay; the rest becomes single dashes. */
function slug(name: string): string {
  const kept = name
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '');
  const short = Array.from(kept).slice(0, 40).join('');
  return short.replace(/-$/, '') || 'system';
}
