import type { CatalogEntry } from '#catalog/list-archives.ts';
import type { SystemFacts } from '#metrics/backup-metrics.ts';
import { lastGood } from '#watch/last-good.ts';

/** The newest good backup of a system, for the metrics: the one that the watch goes by, none that is dated ahead of the clock. */
export function lastGoodOf(
  entries: readonly CatalogEntry[],
  systemId: string,
  now: Temporal.Instant,
): SystemFacts['lastGood'] {
  const { at: takenAt } = lastGood(entries, systemId, now);
  if (takenAt === undefined) return undefined;
  const good = entries.findLast(({ summary }) => summary && takenAt.equals(summary.takenAt));
  return good && { takenAt, bytes: good.file.bytes };
}
