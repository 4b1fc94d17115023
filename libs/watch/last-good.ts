import { countsAsGood } from '#catalog/counts-as-good.ts';
import type { CatalogEntry } from '#catalog/list-archives.ts';
import { TOLERANCE } from './judge-age.ts';

/**
 * The time of the newest good backup of a system in a catalog, and how many claim to be made in the future. A
 * renamed archive is left alone by retention but is a good backup all the same. Pure.
 */
export function lastGood(
  entries: readonly CatalogEntry[],
  systemId: string,
  now: Temporal.Instant,
): { at: Temporal.Instant | undefined; ahead: number } {
  const times = entries.flatMap(({ summary }) =>
    summary?.systemId === systemId && countsAsGood(summary) ? [Temporal.Instant.from(summary.takenAt)] : [],
  );
  const until = now.add({ seconds: TOLERANCE });
  const known = times.filter((time) => Temporal.Instant.compare(time, until) <= 0);
  const at = known.toSorted(Temporal.Instant.compare).at(-1);
  return { at, ahead: times.length - known.length };
}
