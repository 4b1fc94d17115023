import type { Outcome } from '#journal/outcome.ts';
import { LifeboatError } from '#platform/errors.ts';
import { type BackupRun, makeBackup } from '../make-backup.ts';
import { composeTenant } from './compose-tenant.ts';
import type { TenantGround } from './ground-of.ts';
import { requireOwnBackups } from './require-own-backups.ts';
import type { Tenant } from './tenant.ts';

/**
 * One backup of a tenant, recorded however it ends. Where its folder of backups is not its own, nothing in it is
 * touched: not even the history, in which the failure would be entered.
 */
export async function backUpTenant(tenant: Tenant, ground: TenantGround, run: BackupRun): Promise<Outcome> {
  const system = await composeTenant(tenant, ground);
  const refusal = await refusalOf(() => requireOwnBackups(tenant.root));
  if (refusal === undefined) return await makeBackup(system, run);
  const { history: _, ...recording } = system.recording;
  return await makeBackup({ ...system, recording, walls: () => Promise.reject(refusal) }, run);
}

async function refusalOf(question: () => Promise<void>): Promise<LifeboatError | undefined> {
  try {
    await question();
    return undefined;
  } catch (error) {
    if (error instanceof LifeboatError) return error;
    throw error;
  }
}
