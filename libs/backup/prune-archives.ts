import type { Manifest } from '#archive/manifest.ts';
import { listArchives } from '#catalog/list-archives.ts';
import type { Destination } from '#destinations/destination.ts';
import { systemErrorCode } from '#platform/errors.ts';
import { planRetention, type RetentionPolicy } from '#retention/plan-retention.ts';
import { clockWentBack } from './clock-went-back.ts';

export interface Pruned {
  /** A line for each thing that was done or could not be. */
  lines: string[];
  /** Archives that should be gone and are not. */
  stuck: string[];
}

export interface PruningParts {
  destination: Destination;
  retention: RetentionPolicy;
  /** Why nothing may be removed, whatever count and period say; undefined: it may. */
  keepAll?: string | undefined;
}

export interface PruningRun {
  systemId: string;
  startedAt: Temporal.Instant;
  /** How its archive turned out; `coming`: it is not made yet, and room for it is to be made (FD-20). */
  archive: Manifest['state'] | 'coming';
}

/** No good archive goes for one that is none, whatever count and period say. */
const KEEP_ALL: RetentionPolicy = { keep: Number.POSITIVE_INFINITY };

/**
 * BS-11: applies count and period after a new archive was proven, or makes room for it before. After an
 * incomplete one no good archive goes. If the clock stands before the newest archive's time, order cannot be
 * trusted and nothing goes. One that cannot be removed is said and holds up neither the others nor the backup.
 * A Stop ends it between two archives and is said: an archive that was made is good all the same.
 */
export async function pruneArchives(
  parts: PruningParts,
  run: PruningRun,
  signal: AbortSignal,
): Promise<Pruned> {
  const pruned: Pruned = { lines: [], stuck: [] };
  try {
    await pruneInto(pruned, parts, run, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    pruned.lines.push('stopped before older archives were removed: the next backup removes them');
  }
  return pruned;
}

async function pruneInto(
  pruned: Pruned,
  parts: PruningParts,
  run: PruningRun,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  if (parts.keepAll !== undefined) {
    pruned.lines.push(`nothing was removed: ${parts.keepAll}`);
    return;
  }
  const entries = await listArchives(parts.destination, signal);
  if (clockWentBack(entries, run)) {
    pruned.lines.push(
      `clock fault: this run started at ${run.startedAt}, before the newest archive; nothing was removed`,
    );
    return;
  }
  const { startedAt, archive } = run;
  const plan = planRetention(entries, run.systemId, archive === 'incomplete' ? KEEP_ALL : parts.retention, {
    startedAt,
    makeRoom: archive === 'coming',
  });
  for (const { name, reason } of plan.remove) {
    signal.throwIfAborted();
    const trouble = await removeOne(parts.destination, name);
    if (trouble !== undefined) pruned.stuck.push(name);
    pruned.lines.push(trouble ?? `removed ${name}: ${reason}`);
  }
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
