import type { Channel } from '#notify/notice.ts';
import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import { composeChannels } from '../compose/compose-channels.ts';
import { composeHooks } from '../compose/compose-hooks.ts';
import { composeTenant } from './compose-tenant.ts';
import type { TenantGround } from './ground-of.ts';
import type { Tenant } from './tenant.ts';

/** The channels that the operator gave this tenant alone; none: the service's own are told. */
export async function ownChannels(
  tenant: Tenant,
  ground: TenantGround,
  context: { clock: Clock; environment: NodeJS.ProcessEnv },
): Promise<Channel[]> {
  if ((await ground.channels(tenant.name)) === '') return [];
  try {
    const system = await composeTenant(tenant, ground);
    return composeChannels(system.settings, composeHooks(system, context));
  } catch (error) {
    // Whoever cannot be composed has just failed for it: that is told through the service's.
    if (error instanceof LifeboatError) return [];
    throw error;
  }
}
