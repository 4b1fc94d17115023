import type { CatalogEntry } from '#catalog/list-archives.ts';
import { slugOf } from './slug-of.ts';

export interface ArchiveIdentity {
  archiveName: string;
  /** Counts the system's backups in this destination (FD-15). */
  number: number;
}

/**
 * `<slug>-<UTC yyyymmddThhmmssZ>-<number>.zip`: sorts by time in every file list and tells a person what it
 * is. The name is for people; the program reads the facts from the manifest. Numbers begin at 1 again when somebody
 * takes the history away, and clocks are set back: a number that would give a name that is taken is left out.
 */
export function nameArchive(
  system: { name: string },
  startedAt: Temporal.Instant,
  { number, earlier }: { number: number; earlier: readonly CatalogEntry[] },
): ArchiveIdentity {
  const stamp = startedAt.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '');
  const archiveName = `${slugOf(system.name)}-${stamp}-${number}.zip`;
  const taken = earlier.some(({ file }) => file.name.toLowerCase() === archiveName.toLowerCase());
  return taken ? nameArchive(system, startedAt, { number: number + 1, earlier }) : { archiveName, number };
}
