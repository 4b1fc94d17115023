import type { ServedSystem } from '../api/served-system.ts';
import { makeBackup } from '../make-backup.ts';
import { openRuns, type Runs } from '../service/open-runs.ts';
import { composeTenant, type TenantGround } from './compose-tenant.ts';
import type { FleetParts } from './open-fleet.ts';
import { requireOwnBackups } from './require-own-backups.ts';
import type { Tenant } from './tenant.ts';

/** A tenant as the routes of the API see it. `runs`: those of the same tenant before its folder was renamed. */
export function serveTenant(
  tenant: Tenant,
  parts: Omit<FleetParts, 'settings' | 'system'> & { ground: TenantGround; runs: Runs | undefined },
): ServedSystem {
  const { clock, ground } = parts;
  const runs = parts.runs ?? openRuns(() => clock.now());
  const compose = async () => {
    await requireOwnBackups(tenant.root);
    return await composeTenant(tenant, ground);
  };
  return {
    id: tenant.id,
    tenant,
    runs,
    compose,
    startBackup: (request) =>
      runs.begin('a backup', async (how) => makeBackup(await compose(), { ...parts, request, ...how })),
    settingsChanged: () => undefined,
  };
}
