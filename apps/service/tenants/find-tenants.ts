import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { claimTenantId } from './claim-tenant-id.ts';
import type { KnownTenant, KnownTenants } from './known-tenants.ts';
import { type FoundFolder, listTenantFolders } from './list-tenant-folders.ts';
import { readTenantId, TENANT_FILE } from './read-tenant-id.ts';
import { type Settled, settleIds, type TenantFolder } from './settle-ids.ts';

/** A folder under the pattern: a tenant, or why it is none. */
export type FoundTenant = { name: string; root: string } & (
  | { id: string; problem?: never }
  | { id?: never; problem: string }
);

/**
 * Looks for tenants once, in the order of their names. A folder that is seen for the first time gets its id. Throws
 * `source-missing` if the folder of tenants cannot be read: nobody is taken for gone then; `state-unusable`.
 */
export async function findTenants(pattern: string, known: KnownTenants): Promise<FoundTenant[]> {
  const before = await known.read();
  const folders = await listTenantFolders(pattern);
  const looked: LookedAt[] = [];
  for (const folder of folders) looked.push(await withId(folder));
  const sound = looked.filter(({ problem }) => problem === undefined);
  const settled = new Map(settleIds(sound, before).map((one) => [one.folder, one]));
  const found: FoundTenant[] = [];
  const seen: KnownTenant[] = [];
  for (const folder of looked) {
    const { name, root, identity, problem = '' } = folder;
    const one = settled.get(folder);
    const tenant = one === undefined ? { name, root, problem } : await adopt(one);
    found.push(tenant);
    if (tenant.id !== undefined) seen.push({ id: tenant.id, root, identity });
  }
  await remember(known, before, seen);
  return found;
}

type LookedAt = FoundFolder & TenantFolder;

async function withId(folder: FoundFolder): Promise<LookedAt> {
  if (folder.problem !== undefined) return { ...folder, id: undefined };
  try {
    return { ...folder, id: await readTenantId(folder.root) };
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    return { ...folder, id: undefined, problem: `${error.message}; ${error.hint}` };
  }
}

/** Writes the id where it is missing. */
async function adopt(one: Settled): Promise<FoundTenant> {
  const { name, root, id: written } = one.folder;
  if (one.is === 'nobody') return { name, root, problem: one.problem };
  const id = one.is === 'new' ? randomUUID() : one.id;
  if (written === id) return { id, name, root };
  try {
    return { id: await claimTenantId(root, id), name, root };
  } catch (error) {
    const why = error instanceof LifeboatError ? error.message : systemErrorCode(error);
    if (why === undefined) throw error;
    return { name, root, problem: `its id cannot be written into ${join(root, TENANT_FILE)}: ${why}` };
  }
}

/** Those that are gone stay known: their folder may come back, and nobody else may take their id. */
async function remember(
  known: KnownTenants,
  before: readonly KnownTenant[],
  seen: readonly KnownTenant[],
): Promise<void> {
  const all = new Map(before.map((tenant) => [tenant.id, tenant]));
  for (const tenant of seen) all.set(tenant.id, tenant);
  const after = [...all.values()];
  if (JSON.stringify(after) !== JSON.stringify(before)) await known.save(after);
}
