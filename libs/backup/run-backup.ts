import type { MachineFacts } from '#archive/machine-facts.ts';
import { type CatalogEntry, listArchives } from '#catalog/list-archives.ts';
import type { Destination } from '#destinations/destination.ts';
import type { History } from '#journal/history.ts';
import type { Journal } from '#journal/journal.ts';
import type { RunResult } from '#journal/record-run.ts';
import type { Clock } from '#platform/clock.ts';
import { takeLock } from '#platform/lock.ts';
import type { OnProgress } from '#platform/progress.ts';
import type { RetentionPolicy } from '#retention/plan-retention.ts';
import type { Compression, Source } from '#sources/source.ts';
import type { Naming } from './choose-names.ts';
import { claimName } from './claim-name.ts';
import { copyArchives } from './copy-archives.ts';
import { emptyFolder } from './empty-folder.ts';
import { type LastGood, lastGoodArchive } from './last-good-archive.ts';
import { nextNumber } from './next-number.ts';
import { pruneArchives } from './prune-archives.ts';
import { reportBackup, reportUnchanged } from './report-backup.ts';
import type { SecondPlace } from './second-place.ts';
import { startOverOnce } from './start-over-once.ts';
import { summariseArchive } from './summarise-archive.ts';
import { takeSet } from './take-set.ts';
import { withCopies } from './with-copies.ts';

/** Everything a backup of one system needs. */
export interface BackupParts {
  system: {
    id: string;
    name: string;
    readVersion: (signal: AbortSignal) => Promise<string>;
    /** LB-05: which older versions it can restore, for the manifest. */
    versions?: { restores: string[]; migrates: boolean };
  };
  sources: readonly Source[];
  destination: Destination;
  /** TN-12: where the newest good archives are kept besides. */
  second?: SecondPlace | undefined;
  compression: Compression;
  naming: Naming;
  retention: RetentionPolicy;
  /** Why no older archive may be removed, whatever the retention says. */
  keepAll?: string | undefined;
  /** FD-20: whether old archives go after the new one was verified, or before it is made. */
  deleteOld: 'after' | 'before';
  /** FD-21: makes no archive while nothing has changed since the last good one. */
  onlyIfChanged: boolean;
  journal: Pick<Journal, 'write'>;
  /** What was asked for beyond the settings; absent for a run of the schedule. */
  request?: BackupRequest;
  stateFolder: string;
  /** Private folder for what a source must copy before it can be read; empty between runs. */
  workFolder: string;
  /** Counts the system's backups (FD-15); without one the archives are counted. */
  history?: History;
  program: { name: string; version: string };
  host: string;
  /** What is around the system on this machine and in no component, for the manifest. */
  readMachine?: (signal: AbortSignal) => Promise<MachineFacts>;
  clock: Clock;
  onProgress: OnProgress;
  /** Bytes a second that are read at most from the sources, and when the archive is read back. */
  ioLimit?: number | undefined;
  /** FD-25: asked under the lock before anything is read; throws if there is to be no backup. */
  before?: (signal: AbortSignal) => Promise<void>;
}

export interface BackupRequest {
  /** Keeps the archive from the rotation until it is released, with a word why (BT-09). */
  pin?: { note?: string };
  /** Makes an archive even if nothing has changed. */
  force?: boolean;
}

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
