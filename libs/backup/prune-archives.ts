import type { Manifest } from '#archive/manifest.ts';
import { type CatalogEntry, listArchives } from '#catalog/list-archives.ts';
import type { Destination } from '#destinations/destination.ts';
import { planRetention, type RetentionPolicy } from '#retention/plan-retention.ts';

/**
 * BS-11: applies the keep count after a new archive was proven. After an incomplete one no good archive
 * goes, whatever the count. If the clock stands before the newest archive's time, order cannot be trusted
 * and nothing goes. Resolves with a line for each thing it did.
 */
export async function pruneArchives(
  parts: { destination: Destination; retention: RetentionPolicy },
  made: Manifest,
): Promise<string[]> {
  const entries = await listArchives(parts.destination, new AbortController().signal);
  if (clockWentBack(entries, made)) {
    return [
      `clock fault: this run started at ${made.startedAt}, before the newest archive; nothing was removed`,
    ];
  }
  const keep = made.state === 'good' ? parts.retention.keep : Number.POSITIVE_INFINITY;
  const plan = planRetention(entries, made.system.id, { keep });
  for (const { name } of plan.remove) {
    await parts.destination.remove(name);
    await parts.destination.removeNote(name);
  }
  return plan.remove.map(({ name, reason }) => `removed ${name}: ${reason}`);
}

function clockWentBack(entries: readonly CatalogEntry[], made: Manifest): boolean {
  return entries.some(
    (entry) =>
      entry.summary?.systemId === made.system.id &&
      entry.summary.number < made.number &&
      Temporal.Instant.compare(entry.summary.startedAt, made.startedAt) > 0,
  );
}
