import type { FleetMember } from '../api/served-system.ts';
import { findTenants } from './find-tenants.ts';
import type { KeptProfile } from './keep-profile.ts';
import type { KnownTenants } from './known-tenants.ts';
import { type OpenTenant, openTenant } from './open-tenant.ts';
import type { Tenant } from './tenant.ts';
import type { TenantParts } from './tenant-parts.ts';

/** Those that are there now, each opened once for as long as it stays. */
export interface Members {
  /** Finds out who is there. Errors as findTenants; then those of before stay. */
  look(): Promise<void>;
  /** By name. */
  list(): readonly FleetMember[];
  open(): ReadonlyMap<string, OpenTenant>;
}

/** `pattern`: that of the settings of now; undefined: there are no tenants. */
export function openMembers(
  pattern: () => string | undefined,
  known: KnownTenants,
  profile: Pick<KeptProfile, 'problem' | 'unfit'>,
  ofEach: TenantParts,
): Members {
  const open = new Map<string, OpenTenant>();
  let members: readonly FleetMember[] = [];

  function opened(tenant: Tenant): OpenTenant {
    const before = open.get(tenant.id);
    if (before?.system.tenant.root === tenant.root) return before;
    // Its places are gone; whatever began there cannot end well.
    before?.system.runs.current()?.stop('the tenant has moved');
    const now = openTenant(tenant, ofEach, before?.system.runs);
    open.set(tenant.id, now);
    return now;
  }

  function closeThoseGone(here: ReadonlySet<string | undefined>): void {
    for (const [id, { system: gone }] of open) {
      if (here.has(id)) continue;
      gone.runs.current()?.stop('the tenant is gone');
      open.delete(id);
    }
  }

  return {
    async look() {
      const folders = pattern();
      const found = folders === undefined ? [] : await findTenants(folders, known);
      const broken = profile.problem();
      members = found.map((tenant): FleetMember => {
        if (tenant.id === undefined) return { ...tenant, id: undefined };
        const unfit = profile.unfit(tenant.name);
        if (unfit !== undefined) return { ...tenant, problem: unfit };
        const member = { ...tenant, system: opened(tenant).system };
        return broken === undefined ? member : { ...member, problem: broken };
      });
      closeThoseGone(new Set(members.flatMap(({ id, system }) => (system === undefined ? [] : id))));
    },
    list: () => members,
    open: () => open,
  };
}
