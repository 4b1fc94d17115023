import { join } from 'node:path';
import type { KnownTenant } from './known-tenants.ts';
import { TENANT_FILE } from './read-tenant-id.ts';

/** A folder under the pattern, and what stands in its id file. */
export interface TenantFolder {
  name: string;
  root: string;
  /** The same for the same folder under another name, and for no other. */
  identity: string;
  id: string | undefined;
}

/** Whose folder it is: a tenant's, one that gets a new id, or one that is left alone, and why. */
export type Settled = { folder: TenantFolder } & (
  | { is: 'tenant'; id: string }
  | { is: 'new' }
  | { is: 'nobody'; problem: string }
);

/**
 * Which folder is which tenant. Pure. An id follows its folder through a rename; of two folders with one id the one
 * that was known before keeps it; and no folder that is known becomes another known tenant by what is written in it.
 */
export function settleIds(folders: readonly TenantFolder[], known: readonly KnownTenant[]): Settled[] {
  const byId = new Map(known.map((tenant) => [tenant.id, tenant]));
  const own = new Map(known.map((tenant) => [placeOf(tenant), tenant.id]));
  const byIdentity = new Map(known.map((tenant) => [tenant.identity, tenant.id]));
  const claims = folders.map((folder) => {
    const before = own.get(placeOf(folder)) ?? byIdentity.get(folder.identity);
    return { folder, before, id: folder.id ?? own.get(placeOf(folder)) };
  });
  const claimants = Map.groupBy(claims, ({ id }) => id);
  return claims.map(({ folder, before, id }): Settled => {
    if (id === undefined) return { folder, is: 'new' };
    if (before !== undefined && before !== id && byId.has(id)) {
      return { folder, is: 'nobody', problem: `${fileOf(folder)} holds the id of another tenant; ${MEND}` };
    }
    const rivals = claimants.get(id) ?? [];
    const keeper = rivals.length === 1 ? folder : keeperOf(id, rivals, byId.get(id));
    if (keeper === folder) return { folder, is: 'tenant', id };
    const whose = keeper === undefined ? 'more than one folder' : keeper.root;
    const problem = `${fileOf(folder)} holds the id of ${whose} (a copy?); ${MEND}`;
    return { folder, is: 'nobody', problem };
  });
}

const MEND = 'remove that file, and this folder is a tenant of its own';

type Claim = { folder: TenantFolder; before: string | undefined };

/** The one that was this tenant before; else whoever is where it was. */
function keeperOf(
  id: string,
  rivals: readonly Claim[],
  known: KnownTenant | undefined,
): TenantFolder | undefined {
  const before = rivals.filter((claim) => claim.before === id);
  if (before.length === 1) return before[0]?.folder;
  return rivals.find(({ folder }) => folder.root === known?.root)?.folder;
}

function placeOf({ root, identity }: { root: string; identity: string }): string {
  return `${identity} ${root}`;
}

function fileOf({ root }: TenantFolder): string {
  return join(root, TENANT_FILE);
}
