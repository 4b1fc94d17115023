import { listArchives } from '#catalog/list-archives.ts';
import type { Destination } from '#destinations/destination.ts';
import type { History } from '#journal/history.ts';
import type { RunResult } from '#journal/record-run.ts';
import type { Clock } from '#platform/clock.ts';
import { takeLock } from '#platform/lock.ts';
import type { OnProgress } from '#platform/progress.ts';
import type { RetentionPolicy } from '#retention/plan-retention.ts';
import type { Compression, Source } from '#sources/source.ts';
import { emptyFolder } from './empty-folder.ts';
import { nameArchive } from './name-archive.ts';
import { nextNumber } from './next-number.ts';
import { pruneArchives } from './prune-archives.ts';
import { reportBackup } from './report-backup.ts';
import { startOverOnce } from './start-over-once.ts';
import { summariseArchive } from './summarise-archive.ts';
import { takeSet } from './take-set.ts';

/** Everything a backup of one system needs. */
export interface BackupParts {
  system: { id: string; name: string; readVersion: () => Promise<string> };
  sources: readonly Source[];
  destination: Destination;
  compression: Compression;
  retention: RetentionPolicy;
  stateFolder: string;
  /** Private folder for what a source must copy before it can be read; empty between runs. */
  workFolder: string;
  /** Counts the system's backups (FD-15); without one the archives are counted. */
  history?: History;
  program: { name: string; version: string };
  host: string;
  clock: Clock;
  onProgress: OnProgress;
  /** FD-25: asked under the lock before anything is read; throws if there is to be no backup. */
  before?: (signal: AbortSignal) => Promise<void>;
}

/**
 * Makes one archive of a system. It gets its final name only after it was read back and every hash was equal;
 * older archives go only after that. Whatever fails or is stopped before leaves the destination as it was.
 */
export async function runBackup(parts: BackupParts, signal: AbortSignal): Promise<RunResult> {
  await using _lock = await takeLock({ ...parts, systemId: parts.system.id, purpose: 'a backup' });
  await parts.before?.(signal);
  await using _work = await emptyFolder(parts.workFolder);
  const startedAt = parts.clock.now();
  const version = await parts.system.readVersion();
  await parts.destination.check(0, signal);
  const swept = await parts.destination.sweep(parts.system.id);
  const earlier = await listArchives(parts.destination, signal);
  const { number, lines: counted } = await nextNumber(parts, earlier);
  const identity = nameArchive(parts.system, startedAt, { number, earlier });

  const take = { ...identity, version, startedAt, earlier };
  const set = await startOverOnce(() => takeSet(parts, take, signal));
  // From here on the archive exists and is good: Stop no longer applies.
  const noted = await summariseArchive(parts.destination, set, parts.clock.now());
  const pruned = await pruneArchives(parts, set.manifest);
  return reportBackup(set, { swept, counted, noted, pruned, journal: set.journal });
}
