import type { Manifest } from '#archive/manifest.ts';
import { type CatalogEntry, listArchives } from '#catalog/list-archives.ts';
import type { Destination } from '#destinations/destination.ts';
import { systemErrorCode } from '#platform/errors.ts';
import { planRetention, type RetentionPolicy } from '#retention/plan-retention.ts';

export interface Pruned {
  /** A line for each thing that was done or could not be. */
  lines: string[];
  /** Archives that should be gone and are not. */
  stuck: string[];
}

/**
 * BS-11: applies the keep count after a new archive was proven. After an incomplete one no good archive
 * goes, whatever the count. If the clock stands before the newest archive's time, order cannot be trusted
 * and nothing goes. One that cannot be removed is said and holds up neither the others nor the backup.
 */
export async function pruneArchives(
  parts: { destination: Destination; retention: RetentionPolicy },
  made: Manifest,
): Promise<Pruned> {
  const entries = await listArchives(parts.destination, new AbortController().signal);
  if (clockWentBack(entries, made)) {
    const line = `clock fault: this run started at ${made.startedAt}, before the newest archive; nothing was removed`;
    return { lines: [line], stuck: [] };
  }
  const keep = made.state === 'good' ? parts.retention.keep : Number.POSITIVE_INFINITY;
  const plan = planRetention(entries, made.system.id, { keep });
  const pruned: Pruned = { lines: [], stuck: [] };
  for (const { name, reason } of plan.remove) {
    const trouble = await removeOne(parts.destination, name);
    if (trouble !== undefined) pruned.stuck.push(name);
    pruned.lines.push(trouble ?? `removed ${name}: ${reason}`);
  }
  return pruned;
}

async function removeOne(destination: Destination, name: string): Promise<string | undefined> {
  try {
    await destination.remove(name);
    await destination.removeNote(name);
    return undefined;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    return `could not remove ${name}: ${code}`;
  }
}

function clockWentBack(entries: readonly CatalogEntry[], made: Manifest): boolean {
  return entries.some(
    (entry) =>
      entry.summary?.systemId === made.system.id &&
      entry.summary.name !== made.archiveName &&
      Temporal.Instant.compare(entry.summary.startedAt, made.startedAt) > 0,
  );
}
