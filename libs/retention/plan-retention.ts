import { archiveKey } from '#catalog/archive-key.ts';
import { countsAsGood } from '#catalog/counts-as-good.ts';
import { inCalendarSlot } from '#catalog/in-calendar-slot.ts';
import type { CatalogEntry } from '#catalog/list-archives.ts';

/** How long archives stay (BS-10, TN-07). */
export interface RetentionPolicy {
  /** How many good archives of a system are kept: 1 to 100, Infinity for no count. */
  keep: number;
  /** Days after which an archive goes; undefined: age does not count. */
  keepDays?: number | undefined;
}

/** The run that asks. */
export interface RetentionRun {
  startedAt: Temporal.Instant;
  /** True before the new archive is made (FD-20): it has its place in the count already. */
  makeRoom?: boolean;
}

/** A decision for every file of the folder, with its reason; nothing is done here. */
export interface RetentionPlan {
  keep: { name: string; reason: string }[];
  remove: { name: string; reason: string }[];
}

/**
 * Decides which archives may go, given all files oldest first. Only readable archives of this system under
 * their own name are counted, an archive with two names once; others are kept. Of the good ones go those
 * beyond the count or older than the period, but never the newest (LB-04), and never a file under its
 * calendar name, which only its successor replaces. An incomplete one is kept only if it is the newest and no
 * good one came after it, so that a row of bad runs never pushes out a good set (FD-06).
 */
export function planRetention(
  entries: readonly CatalogEntry[],
  systemId: string,
  policy: RetentionPolicy,
  run: RetentionRun,
): RetentionPlan {
  const counted = entries.filter((entry) => reasonToLeave(entry, systemId) === undefined);
  const limits = limitsOf(counted, policy, run);
  const plan: RetentionPlan = { keep: [], remove: [] };
  for (const entry of entries) {
    const left = reasonToLeave(entry, systemId);
    const decision = left === undefined ? decide(entry, limits) : { keep: true, reason: left };
    plan[decision.keep ? 'keep' : 'remove'].push({ name: entry.file.name, reason: decision.reason });
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

interface Limits extends RetentionPolicy {
  /** What the count means, in words. */
  count: string;
  /** Keys of the good archives that the count lets stay. */
  within: ReadonlySet<string>;
  newestGood: string | undefined;
  /** Of all, good or not. */
  newest: string | undefined;
  /** Good archives that started before this moment are too old. */
  since: Temporal.Instant | undefined;
}

function limitsOf(counted: readonly CatalogEntry[], policy: RetentionPolicy, run: RetentionRun): Limits {
  const good = counted.filter(({ summary }) => summary !== undefined && countsAsGood(summary));
  const goodKeys = [...new Set(good.map(keyOf))];
  const places = policy.keep - (run.makeRoom ? 1 : 0);
  return {
    ...policy,
    count: `${policy.keep} kept${run.makeRoom ? ', the new one counted' : ''}`,
    within: new Set(goodKeys.slice(-Math.max(1, places))),
    newestGood: goodKeys.at(-1),
    newest: counted.map(keyOf).at(-1),
    since:
      policy.keepDays === undefined ? undefined : run.startedAt.subtract({ hours: 24 * policy.keepDays }),
  };
}

interface Decision {
  keep: boolean;
  reason: string;
}

function decide(entry: CatalogEntry, limits: Limits): Decision {
  const { summary } = entry;
  const key = keyOf(entry);
  if (summary?.state === 'incomplete') {
    if (key === limits.newest)
      return { keep: true, reason: 'incomplete, the newest since the last good one' };
    return { keep: false, reason: 'incomplete, and a newer archive exists' };
  }
  if (summary?.safety === true) {
    return { keep: false, reason: 'of before a restore in place, and released' };
  }
  if (key === limits.newestGood) return { keep: true, reason: 'the last good one' };
  if (inCalendarSlot(entry))
    return { keep: true, reason: 'under its calendar name until a later run takes that' };
  if (!limits.within.has(key)) return { keep: false, reason: `older than the ${limits.count}` };
  if (limits.since !== undefined && isBefore(summary?.startedAt, limits.since)) {
    return { keep: false, reason: `older than ${limits.keepDays} days` };
  }
  return { keep: true, reason: reasonToKeep(limits) };
}

function reasonToKeep({ keep, keepDays }: RetentionPolicy): string {
  if (Number.isFinite(keep)) return `one of ${keep} kept`;
  return keepDays === undefined ? 'nothing is removed' : `not older than ${keepDays} days`;
}

function keyOf({ summary }: CatalogEntry): string {
  return summary === undefined ? '' : archiveKey(summary);
}

function isBefore(startedAt: string | undefined, moment: Temporal.Instant): boolean {
  return startedAt !== undefined && Temporal.Instant.compare(startedAt, moment) < 0;
}
