import { join } from 'node:path';
import { type Journal, openJournal } from '#journal/journal.ts';
import type { SchedulerParts } from '#schedule/open-schedule.ts';
import type { ServedSystem } from '../api/served-system.ts';
import { openRuns, type Runs } from '../service/open-runs.ts';
import { composeTenant } from './compose-tenant.ts';
import { openTenantBackups } from './open-tenant-backups.ts';
import { openTenantDrills } from './open-tenant-drills.ts';
import { ownChannels } from './own-channels.ts';
import { requireOwnBackups } from './require-own-backups.ts';
import { type Told, tellOfTenant } from './tell-of-tenant.ts';
import type { Tenant } from './tenant.ts';
import { tenantFolder } from './tenant-folder.ts';
import type { TenantParts } from './tenant-parts.ts';

/** A tenant as the routes of the API and the scheduler see it. */
export interface OpenTenant {
  system: ServedSystem & { tenant: Tenant };
  schedule: SchedulerParts;
  drills: SchedulerParts;
  told: Told;
}

/** `runs`: those of the same tenant before its folder was renamed. */
export function openTenant(tenant: Tenant, parts: TenantParts, runs?: Runs): OpenTenant {
  const { id, name, root } = tenant;
  const { clock, ground } = parts;
  const state = tenantFolder(ground.state, id);
  const journal = openJournal(join(state, 'logs'), clock, { system: name });
  const told = toldOf(tenant, journal, parts);
  const all = runs ?? openRuns(() => clock.now());
  const own = { ...parts, runs: all, told, state, journal };
  const backups = openTenantBackups(tenant, own);
  const drills = openTenantDrills(tenant, own);
  return {
    system: {
      id,
      tenant,
      runs: all,
      async compose() {
        await requireOwnBackups(root);
        return await composeTenant(tenant, ground);
      },
      startBackup: backups.start,
      startDrill: drills.start,
      settingsChanged: () => parts.changed(id),
    },
    told,
    schedule: backups.schedule,
    drills: drills.schedule,
  };
}

function toldOf(tenant: Tenant, journal: Journal, parts: TenantParts): Told {
  const { ground, notifier } = parts;
  const told = tellOfTenant(tenant, {
    ...{ ...parts, journal, state: tenantFolder(ground.state, tenant.id), relay: notifier.relay },
    channels: () => ownChannels(tenant, ground, parts),
    ring: () => parts.ring(tenant.id),
  });
  return {
    ...told,
    async runEnded(run) {
      await told.runEnded(run);
      parts.runEnded(tenant, run);
    },
    async drillEnded(run) {
      await told.drillEnded(run);
      parts.runEnded(tenant, run);
    },
  };
}
