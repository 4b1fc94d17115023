import { LifeboatError } from '#platform/errors.ts';
import type { CheckedItem } from '#sources/restore-target.ts';
import { migrateStaged, removeMigrationFolder } from './migrate-staged.ts';
import type { Migration } from './migration.ts';
import type { RestoreParts, TargetWork } from './restore-parts.ts';

/**
 * BS-26: reads back what was staged and compares it with the archive; throws `check-failed` before anything live is
 * touched. With a migration, what that may change is compared before it, and everything after it: what it may change
 * for its integrity, the rest with the archive.
 */
export async function checkStaged(parts: RestoreParts, signal: AbortSignal): Promise<CheckedItem[]> {
  await removeMigrationFolder(parts);
  const { migration, targets } = parts;
  if (migration === undefined) return await checkTargets(parts, targets, signal);
  const changing = targets.filter(({ components }) => components.some(({ id }) => migration.changes.has(id)));
  await checkTargets(parts, changing, signal);
  await migrateStaged(parts, migration, signal);
  return await checkTargets(parts, targets, signal, migration);
}

async function checkTargets(
  parts: RestoreParts,
  targets: readonly TargetWork[],
  signal: AbortSignal,
  migration?: Migration,
): Promise<CheckedItem[]> {
  const checked: CheckedItem[] = [];
  for (const [index, { target }] of targets.entries()) {
    signal.throwIfAborted();
    parts.onProgress({ stage: 'checking', item: target.id, done: index, total: targets.length });
    checked.push(...(await check(target, signal, migration)));
  }
  return checked;
}

async function check(
  target: TargetWork['target'],
  signal: AbortSignal,
  migration: Migration | undefined,
): Promise<CheckedItem[]> {
  if (migration === undefined) return await target.check(signal);
  try {
    return await target.check(signal, migration.changes);
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.code !== 'check-failed') throw error;
    throw new LifeboatError(error.code, error.message, {
      hint: `nothing live was changed; the migration may have changed what "changes" in [versions] does not name, or have damaged ${target.id}`,
      cause: error,
    });
  }
}
