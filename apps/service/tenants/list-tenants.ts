import type { Clock } from '#platform/clock.ts';
import type { FleetMember } from '../api/served-system.ts';
import { type DescribedTenant, describeTenant } from './describe-tenant.ts';

export interface TenantQuery {
  /** Part of the name, capitals or not. */
  search?: string | undefined;
  /** Only those whose last backup did not end well, that get none, or for which an alarm holds. */
  trouble: 'yes' | 'no';
  /** The last name of the page before. */
  after?: string | undefined;
  limit: number;
}

export interface TenantPage {
  tenants: DescribedTenant[];
  /** How many the query finds in all; null where that is not known before the last page. */
  found: number | null;
  /** For the next page; null: this is the last. */
  after: string | null;
}

/** One page of the tenants, by name. What a page does not show is not looked at, unless trouble is looked for. */
export async function listTenants(
  all: readonly FleetMember[],
  { search = '', trouble, after, limit }: TenantQuery,
  clock: Clock,
): Promise<TenantPage> {
  const wanted = search.toLowerCase();
  const found = all.filter(({ name }) => name.toLowerCase().includes(wanted));
  const tenants: DescribedTenant[] = [];
  for (const member of found.filter(({ name }) => after === undefined || name > after)) {
    const tenant = await describeTenant(member, clock);
    if (trouble === 'yes' && !isInTrouble(tenant)) continue;
    if (tenants.length === limit) return { tenants, found: count(), after: tenants.at(-1)?.name ?? null };
    tenants.push(tenant);
  }
  return { tenants, found: count(), after: null };

  function count(): number | null {
    return trouble === 'yes' ? null : found.length;
  }
}

function isInTrouble({ problem, lastRun, alarms, why }: DescribedTenant): boolean {
  return (
    problem !== null ||
    alarms.length > 0 ||
    lastRun?.state === 'failed' ||
    lastRun?.state === 'incomplete' ||
    why?.code === 'stopped'
  );
}
