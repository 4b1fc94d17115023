import { randomUUID } from 'node:crypto';
import { link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { systemErrorCode } from '#platform/errors.ts';
import { readTenantId, TENANT_FILE } from './read-tenant-id.ts';

/**
 * Writes an id into a tenant's root that has none, whole and private; resolves with the one that stands there then,
 * which is another program's where that was quicker. Rejects with the system's error, or as readTenantId.
 */
export async function claimTenantId(root: string, id: string): Promise<string> {
  const path = join(root, TENANT_FILE);
  const own = `${path}-${randomUUID()}`;
  await writeFileAtomic(own, `${id}\n`);
  try {
    await link(own, path);
    return id;
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
    return (await readTenantId(root)) ?? id;
  } finally {
    await rm(own, { force: true });
  }
}
