import type { BackupRequest } from '#backup/backup-parts.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import type { Run, Runs } from '../service/open-runs.ts';
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
  /** LB-03: of an archive by name or number; the newest good one without. */
  startDrill(archive?: string): Run;
  /** The conf was changed: what follows from it is worked out anew. */
  settingsChanged(): void;
}

/** A folder under the pattern of `[tenants]`. */
export interface FleetMember {
  /** Undefined: it is no tenant. */
  id: string | undefined;
  name: string;
  root: string;
  /** Why it gets no backup. */
  problem?: string;
  system?: ServedSystem;
}

/** The tenants that a service serves, as routes see them: each look-up is by an exact name and touches no file. */
export interface ServedTenants {
  /** Those that are there now, by name; a problem is why one gets no backup. */
  list(): readonly FleetMember[];
  named(name: string): ServedSystem | undefined;
  byId(id: string): ServedSystem | undefined;
  /** Undefined where no host pattern is set or none fits. */
  byHost(host: string): ServedSystem | undefined;
  /** False: the conf of now has no section [tenants]. */
  serves(): boolean;
}
