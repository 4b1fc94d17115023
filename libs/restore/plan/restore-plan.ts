import type { Manifest } from '#archive/manifest.ts';
import type { ErrorCode } from '#platform/errors.ts';
import type { ComponentRecord, Finding } from '#sources/source.ts';
import type { VersionRange } from '#versions/parse-range.ts';
import type { SummedSpace } from './sum-space.ts';

/** What a restore would do, as a value: shown, agreed to, then done exactly so. */
export interface RestorePlan {
  archive: { name: string; number: number; takenAt: string; version: string; state: Manifest['state'] };
  system: { id: string; name: string };
  /** The id in the installed conf, if there is one; it differs from the archive's on another machine. */
  installedId: string | undefined;
  version: InstalledVersion;
  /** LB-05: set where the archive is of an older version that the installed one can restore. */
  migration?: PlannedMigration | undefined;
  steps: PlannedComponent[];
  /** Components of the archive that stay as they are on the system, and why. */
  left: { id: string; why: string }[];
  /** Places on one file system as one entry with the sum. */
  space: SummedSpace[];
  /** Set if it does not fit beside what is live, which therefore goes first. */
  inPlace?: { safety: string } | undefined;
  /** There is no room beside what is live, but if it went first. */
  fitsInPlace?: true;
  warnings: Finding[];
  agreements: Agreement[];
  /** Not empty: the restore does not go on, whatever is agreed. */
  refusals: Refusal[];
}

export interface PlannedComponent {
  id: string;
  kind: ComponentRecord['kind'];
  bytes: number;
  place: string;
  now: string;
}

/** What is known of the system that the archive is to be restored to; nothing of it comes from the archive. */
export interface InstalledSystem {
  /** Undefined where there is no readable sysbackup.conf. */
  id: string | undefined;
  name: string | undefined;
  version: InstalledVersion;
  /** LB-05: what the installed conf says of older versions; undefined where there is none. */
  versions?: InstalledVersions | undefined;
}

export interface InstalledVersions {
  restores: readonly VersionRange[];
  migrate: { command: string[]; changes: readonly string[] | undefined } | undefined;
}

/** `typed`: a person gave it because it could not be read; journaled as such. */
export type InstalledVersion = { how: 'read' | 'typed'; version: string } | { how: 'unknown'; why: string };

/** Something that needs a person's word of its own, beyond the yes to the plan. */
export interface Agreement {
  key: AgreementKey;
  message: string;
}

export type AgreementKey = 'other-machine' | 'incomplete' | 'archive-profile' | 'in-place';

export interface Refusal {
  code: ErrorCode;
  message: string;
  hint?: string;
}

/** Why a component stays as it is that nobody asked for. */
export const NOT_CHOSEN = 'not chosen';

/** What becomes of an archive of an older version (LB-05). */
export interface PlannedMigration {
  from: string;
  to: string;
  /** The declared range that allows it. */
  range: string;
  /** The program of the installed conf that is run between staging and check; undefined: it goes live as it is. */
  command: string[] | undefined;
  /** Components that the program may change: compared with the archive before it, checked for integrity after it. */
  changed: string[];
  /** Components that are compared with the archive after it. */
  compared: string[];
}
