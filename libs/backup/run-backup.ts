import { type CatalogEntry, listArchives } from '#catalog/list-archives.ts';
import type { RunResult } from '#journal/run-result.ts';
import { takeLock } from '#platform/lock.ts';
import type { BackupParts } from './backup-parts.ts';
import { claimName } from './claim-name.ts';
import { copyArchives } from './copy-archives.ts';
import { emptyFolder } from './empty-folder.ts';
import { type LastGood, lastGoodArchive } from './last-good-archive.ts';
import { nextNumber } from './next-number.ts';
import { pruneArchives } from './prune-archives.ts';
import { reportBackup, reportUnchanged } from './report-backup.ts';
import { startOverOnce } from './start-over-once.ts';
import { summariseArchive } from './summarise-archive.ts';
import { takeSet } from './take-set.ts';
import { withCopies } from './with-copies.ts';

/**
 * Makes one archive of a system. It gets its final names only after it was read back and every hash was equal;
 * older archives go only after that, unless the settings say before. Whatever else fails or is stopped before
 * leaves the destination as it was. Where nothing has changed, and only then an archive is asked for, it ends
 * as skipped. What the second place lacks is copied last: whatever becomes of that, the archive is good.
 */
export async function runBackup(parts: BackupParts, signal: AbortSignal): Promise<RunResult> {
  const startedAt = parts.clock.now();
  await using _lock = await takeLock({ ...parts, systemId: parts.system.id, purpose: 'a backup' });
  await parts.before?.(signal);
  await using _work = await emptyFolder(parts.workFolder);
  const version = await parts.system.readVersion(signal);
  await parts.destination.check(0, signal);
  const swept = await parts.destination.sweep(parts.system.id);
  const earlier = await listArchives(parts.destination, signal);
  const { number, lines: counted } = await nextNumber(parts, earlier);
  await using claimed = await claimName(parts, startedAt, { number, earlier });
  const { archiveName } = claimed;

  const unlessLike = await lastToCompare(parts, earlier, signal);

  const take = { archiveName, number: claimed.number, version, startedAt, earlier, unlessLike };
  const taken = await startOverOnce(() => takeSet(parts, take, signal));
  if ('unchangedSince' in taken) {
    return withCopies(
      reportUnchanged(taken, { swept, counted }),
      await copyArchives(parts, startedAt, signal),
    );
  }
  const { made, journal } = taken;
  // From here on the archive exists and is good: a Stop leaves at most older ones that should be gone.
  const noted = await summariseArchive(parts.destination, made, parts.clock.now());
  const run = { systemId: parts.system.id, startedAt, archive: made.manifest.state };
  const pruned = await pruneArchives(parts, run, signal);
  const copied = await copyArchives(parts, startedAt, signal);
  return withCopies(reportBackup(made, { swept, counted, noted, pruned, journal }), copied);
}

/** Undefined if an archive is wanted in any case, as one for an update is, or if there is none to compare with. */
async function lastToCompare(
  parts: BackupParts,
  earlier: readonly CatalogEntry[],
  signal: AbortSignal,
): Promise<LastGood | undefined> {
  const { onlyIfChanged, request } = parts;
  if (!onlyIfChanged || request?.force || request?.pin !== undefined) return undefined;
  return await lastGoodArchive(parts, earlier, signal);
}
