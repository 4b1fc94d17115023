import type { CatalogEntry } from '#catalog/list-archives.ts';

/** BS-10: how many good archives of a system are kept, 1 to 100. */
export interface RetentionPolicy {
  keep: number;
}

/** A decision for every archive of the folder, with its reason; nothing is done here. */
export interface RetentionPlan {
  keep: { name: string; reason: string }[];
  remove: { name: string; reason: string }[];
}

/**
 * Decides which archives may go, given all of them oldest first. Only good archives of this system under
 * their own name count; others are kept. An incomplete one is kept only if it is the newest and no good one
 * came after it, so that a row of bad runs never pushes out a good set (FD-06). The newest good archive is
 * always kept (LB-04).
 */
export function planRetention(
  entries: readonly CatalogEntry[],
  systemId: string,
  policy: RetentionPolicy,
): RetentionPlan {
  const plan: RetentionPlan = { keep: [], remove: [] };
  const counted: CatalogEntry[] = [];
  for (const entry of entries) {
    const foreign = reasonToLeave(entry, systemId);
    if (foreign !== undefined) plan.keep.push({ name: entry.file.name, reason: foreign });
    else counted.push(entry);
  }
  const good = counted.filter((entry) => entry.summary?.state === 'good');
  const kept = new Set(good.slice(-Math.max(1, policy.keep)));
  const newest = counted.at(-1);
  for (const entry of counted) {
    const name = entry.file.name;
    if (entry.summary?.state === 'incomplete') {
      if (entry === newest)
        plan.keep.push({ name, reason: 'incomplete, the newest since the last good one' });
      else plan.remove.push({ name, reason: 'incomplete, and a newer archive exists' });
    } else if (kept.has(entry)) {
      plan.keep.push({
        name,
        reason: entry === good.at(-1) ? 'the last good one' : `one of ${policy.keep} kept`,
      });
    } else {
      plan.remove.push({ name, reason: `older than the ${policy.keep} kept` });
    }
  }
  return plan;
}

function reasonToLeave(entry: CatalogEntry, systemId: string): string | undefined {
  if (entry.summary === undefined) return 'cannot be read';
  if (entry.summary.systemId !== systemId) return 'of another system';
  if (entry.renamed) return 'renamed';
  if (entry.summary.pinned) return 'kept for an update';
  return undefined;
}
