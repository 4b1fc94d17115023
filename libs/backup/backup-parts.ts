import type { MachineFacts } from '#archive/machine-facts.ts';
import type { Destination } from '#destinations/destination.ts';
import type { History } from '#journal/history.ts';
import type { Journal } from '#journal/journal.ts';
import type { Clock } from '#platform/clock.ts';
import type { OnProgress } from '#platform/progress.ts';
import type { RetentionPolicy } from '#retention/plan-retention.ts';
import type { Compression, Source } from '#sources/source.ts';
import type { Naming } from './choose-names.ts';
import type { SecondPlace } from './second-place.ts';

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
