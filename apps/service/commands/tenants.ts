import { join } from 'node:path';
import { LifeboatError } from '#platform/errors.ts';
import { oneLine } from '#platform/one-line.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { composeSystem } from '../compose/compose-system.ts';
import { findTenants } from '../tenants/find-tenants.ts';
import { knownTenants } from '../tenants/known-tenants.ts';
import { tenantFolder } from '../tenants/tenant-folder.ts';

/** `lifeboat tenants`: the tenants of this service, with the conf of each for lifeboat-restore; or why one is none. */
export async function tenants(context: CommandContext): Promise<number> {
  const { settings, state } = await composeSystem(context);
  if (settings.tenants === undefined) {
    throw new LifeboatError('usage', `${settings.file} has no section [tenants]`);
  }
  const found = await findTenants(settings.tenants.folder, knownTenants(state));
  const listed = found.map((tenant) =>
    tenant.id === undefined
      ? tenant
      : { ...tenant, conf: join(tenantFolder(state, tenant.id), 'sysbackup.conf') },
  );
  if (context.json) context.stdout.write(`${JSON.stringify(listed)}\n`);
  else for (const tenant of listed) context.stdout.write(`${line(tenant)}\n`);
  return 0;
}

function line(tenant: { name: string; conf: string } | { name: string; problem?: string }): string {
  const name = oneLine(tenant.name).padEnd(20);
  return 'conf' in tenant
    ? `${name}  ${tenant.conf}`
    : `${name}  NO BACKUP: ${oneLine(tenant.problem ?? '')}`;
}
