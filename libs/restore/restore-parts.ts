import type { ArchiveReader } from '#archive/archive.ts';
import type { RestoreTarget } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import type { Migration } from './migration.ts';
import type { AgreementsGiven } from './plan/require-agreement.ts';
import type { SystemParts, TransactionParts } from './transaction.ts';

/** Everything a restore needs besides its plan. */
export interface RestoreParts extends TransactionParts {
  archive: ArchiveReader;
  /** Each target with the components of the archive that it is to bring back, in the plan's order. */
  targets: readonly TargetWork[];
  /** LB-05: set where the archive is of an older version that has to be migrated. */
  migration?: Migration | undefined;
  /** Programs are from the installed conf, or agreed to by typing. */
  around: SystemParts;
  agreed: AgreementsGiven;
  runId: string;
}

export interface TargetWork {
  target: RestoreTarget;
  components: readonly ComponentRecord[];
}
