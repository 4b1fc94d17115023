import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { Settings } from '#settings/settings.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { composeTenant } from './compose-tenant.ts';
import { findTenants } from './find-tenants.ts';
import { groundOf } from './ground-of.ts';
import { knownTenants } from './known-tenants.ts';
import { readProfile } from './read-profile.ts';
import { readTenantChannels } from './read-tenant-channels.ts';
import { requireOwnBackups } from './require-own-backups.ts';

/** The tenant of this name, of the service whose system is given. Throws `usage` if there is none, or why it is none. */
export async function composeNamedTenant(
  name: string,
  service: { settings: Settings; id: string; state: string; clock: Clock },
): Promise<ComposedSystem> {
  const { tenants } = service.settings;
  if (tenants === undefined) throw noTenant(`${service.settings.file} has no section [tenants]`);
  const found = await findTenants(tenants.folder, knownTenants(service.state));
  const tenant = found.find((one) => one.name === name);
  if (tenant === undefined) throw noTenant(`there is no tenant "${name}" under ${tenants.folder}`);
  if (tenant.id === undefined) throw noTenant(`"${name}" is no tenant: ${tenant.problem}`);
  await requireOwnBackups(tenant.root);
  const composed = await composeTenant(
    tenant,
    groundOf(
      {
        profile: () => readProfile(tenants.profile),
        channels: async (of) => (await readTenantChannels(tenants.channels, of)) ?? '',
      },
      service,
    ),
  );
  return { ...composed, toldThrough: service };
}

function noTenant(why: string): LifeboatError {
  return new LifeboatError('usage', why, { hint: '"lifeboat tenants" lists them' });
}
