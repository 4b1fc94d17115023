import { archiveKey } from '#catalog/archive-key.ts';
import { type CatalogEntry, listArchives } from '#catalog/list-archives.ts';
import type { SystemFacts } from '#metrics/backup-metrics.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { lastGoodOf } from './last-good-of.ts';

/**
 * How a system stands, for the metrics: read with each look of the watch and after each run, never for a request.
 * A backup path that cannot be read leaves out what only it can tell.
 */
export async function readFacts(
  system: Pick<ComposedSystem, 'destination' | 'id'>,
  known: Pick<SystemFacts, 'nextRun' | 'alarms' | 'drills'> & { now: Temporal.Instant },
  signal: AbortSignal,
): Promise<SystemFacts> {
  const { now, ...rest } = known;
  try {
    const { free } = await system.destination.check(0, signal);
    const own = (await listArchives(system.destination, signal)).filter(
      ({ summary }) => summary === undefined || summary.systemId === system.id,
    );
    const newest = own.findLast(({ summary }) => summary !== undefined);
    return {
      ...rest,
      lastGood: lastGoodOf(own, system.id, now),
      space: { free, needed: newest?.file.bytes ?? 0 },
      archives: countsOf(own),
    };
  } catch (error) {
    if (signal.aborted) throw error;
    if (!(error instanceof LifeboatError) && systemErrorCode(error) === undefined) throw error;
    return { ...rest, lastGood: undefined, space: undefined, archives: countsOf([]) };
  }
}

/** An archive that has several names is one. */
function countsOf(entries: readonly CatalogEntry[]): SystemFacts['archives'] {
  const counts = { good: 0, incomplete: 0, unreadable: 0 };
  const seen = new Set<string>();
  for (const { summary, file } of entries) {
    const key = summary === undefined ? file.name : archiveKey(summary);
    if (!seen.has(key)) counts[summary?.state ?? 'unreadable'] += 1;
    seen.add(key);
  }
  return counts;
}
