import type { Clock } from '#platform/clock.ts';
import { stateFolder } from '#settings/default-places.ts';
import { ensureSystemId } from '#settings/ensure-system-id.ts';
import { readSettings } from '#settings/read-settings.ts';
import { saveSettings } from '#settings/save-settings.ts';
import { composeNamedTenant } from '../tenants/compose-named-tenant.ts';
import { composeFromSettings } from './compose-from-settings.ts';
import type { ComposedSystem } from './composed-system.ts';

/** The system of a conf, or one of its tenants. */
export async function composeSystem(options: {
  conf: string;
  state: string | undefined;
  /** A tenant's name; undefined: the conf's own system. */
  tenant?: string | undefined;
  environment: NodeJS.ProcessEnv;
  clock: Clock;
}): Promise<ComposedSystem> {
  const { conf, environment, clock, tenant } = options;
  const settings = await readSettings(conf);
  const id = settings.system.id ?? (await ensureSystemId(conf));
  const state = stateFolder(options.state, environment, settings);
  if (tenant !== undefined) return await composeNamedTenant(tenant, { settings, id, state, clock });
  const save: ComposedSystem['save'] = (changes, signal, accept) =>
    saveSettings(settings.file, changes, signal, accept);
  return await composeFromSettings(settings, { id, state, save, clock });
}
