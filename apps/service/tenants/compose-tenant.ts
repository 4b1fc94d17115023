import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { systemErrorCode } from '#platform/errors.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { readIfThere } from '#platform/read-if-there.ts';
import { settingsOf } from '#settings/read-settings.ts';
import type { Settings } from '#settings/settings.ts';
import { tenantConf } from '#settings/tenant-conf.ts';
import { composeFromSettings } from '../compose/compose-from-settings.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { chooseSettings } from './choose-settings.ts';
import { type Chosen, chosenSettings } from './chosen-settings.ts';
import type { TenantGround } from './ground-of.ts';
import { requireInside } from './require-inside.ts';
import type { Tenant } from './tenant.ts';
import { tenantFolder } from './tenant-folder.ts';

/**
 * One tenant as a system like any other: its conf is made of the profile and of what its administrator chose, and
 * lies in the state folder, where both programs find it. Throws `conf-invalid` with the mistakes of the profile.
 */
export async function composeTenant(tenant: Tenant, ground: TenantGround): Promise<ComposedSystem> {
  const { id } = tenant;
  const state = await privateFolder(tenantFolder(ground.state, id));
  const own = chosenSettings(state);
  const chosen = await own.read();
  const settings = await settle(tenant, ground, chosen);
  const save: ComposedSystem['save'] = async (changes, _signal, accept) => {
    const after = chooseSettings(chosen, changes, settings);
    const { settings: wanted } = await parts(tenant, ground, after);
    await accept(wanted);
    await own.save(after);
    return await settle(tenant, ground, after);
  };
  const composed = await composeFromSettings(settings, { id, state, save, clock: ground.clock });
  const servedBy = { ...ground.service, tenant: id };
  const walls = async () => {
    await requireInside(settings);
    await makeSecond(settings);
  };
  return { ...composed, servedBy, walls };
}

async function settle(tenant: Tenant, ground: TenantGround, chosen: Chosen): Promise<Settings> {
  const { settings, text } = await parts(tenant, ground, chosen);
  if ((await readIfThere(settings.file)) !== text) await writeFileAtomic(settings.file, text);
  return settings;
}

async function parts(
  { id, name, root }: Tenant,
  ground: TenantGround,
  chosen: Chosen,
): Promise<{ settings: Settings; text: string }> {
  const profile = await ground.profile();
  const state = tenantFolder(ground.state, id);
  const places = {
    ...{ id, name, root, state, backups: join(root, 'backups') },
    second: profile.second && join(profile.second, id),
  };
  const text = tenantConf(profile, places, chosen, await ground.channels(name));
  return { settings: settingsOf(text, join(state, 'sysbackup.conf')), text };
}

/** In a second place that is there. Where it is not, the run says so. */
async function makeSecond({ backup: { second } }: Settings): Promise<void> {
  if (second === undefined) return;
  try {
    await mkdir(second.path, { mode: 0o700 });
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
  }
}
