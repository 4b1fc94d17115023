import type { BackupRequest } from '#backup/backup-parts.ts';
import type { ComposedSystem } from '../compose.ts';
import type { Run, Runs } from '../service/open-runs.ts';
import type { Fleet } from '../tenants/open-fleet.ts';
import type { Tenant } from '../tenants/tenant.ts';

/** A system that a service serves, as routes see it. */
export interface ServedSystem {
  readonly id: string;
  /** Set where it is one of many: its name is part of its address. */
  readonly tenant?: Tenant;
  /** By the settings of now. Throws for a conf that is broken. */
  compose(): Promise<ComposedSystem>;
  readonly runs: Runs;
  startBackup(request: BackupRequest): Run;
  /** LB-03: of an archive by name or number; the newest good one without. Absent: this service makes no drills of it. */
  startDrill?(archive?: string): Run;
  /** The conf was changed: what follows from it is worked out anew. */
  settingsChanged(): void;
}

/** The tenants that a service serves, as routes see them: each look-up is by an exact name and touches no file. */
export type ServedTenants = Pick<Fleet, 'list' | 'named' | 'byId' | 'byHost'>;
