import * as z from 'zod';
import type { Clock } from '#platform/clock.ts';
import { CHANNEL_KINDS } from '#settings/channel-keys.ts';
import { describeChannels, SECRET_STATES } from '../channels/describe-channels.ts';
import { testChannels } from '../channels/test-channels.ts';
import { chooseChannels } from '../compose/choose-channels.ts';
import { composeChannels } from '../compose/compose-channels.ts';
import { composeHooks } from '../compose/compose-hooks.ts';
import type { ApiServer, SystemOf } from './api-server.ts';
import { channelParams } from './channel-schemas.ts';
import { registerChannelChanges } from './register-channel-changes.ts';
import { registerWatch } from './register-watch.ts';

/** Who is notified, and a test of it. Channels belong to the service's own conf, so that no tenant has them. */
export function registerChannels(
  server: ApiServer,
  systemOf: SystemOf,
  context: { clock: Clock; signal: AbortSignal; environment: NodeJS.ProcessEnv },
): void {
  const config = { role: 'administrator', where: 'service' } as const;
  const shown = z.record(z.string(), z.string().nullable());
  const channel = z.object({
    kind: z.enum(CHANNEL_KINDS),
    name: z.string(),
    values: shown,
    secret: z.enum(SECRET_STATES).describe('where its address or password stands; it is never told'),
  });
  server.get(
    '/api/channels',
    {
      config,
      schema: {
        summary: 'Every channel and [watch], with their keys as they are written; null: the default holds',
        response: { 200: z.object({ channels: z.array(channel), watch: shown }) },
      },
    },
    async (request) => await describeChannels(await systemOf(request).compose()),
  );
  registerChannelChanges(server, systemOf, context.signal);
  registerWatch(server, systemOf, context.signal);
  server.post(
    '/api/channels/:name/test',
    {
      config,
      schema: {
        summary: 'Send a test to a channel; says whether it went, and why not',
        params: channelParams,
      },
    },
    async (request) => {
      const system = await systemOf(request).compose();
      const all = composeChannels(system.settings, composeHooks(system, context));
      return await testChannels(system, chooseChannels(all, request.params.name), context);
    },
  );
}
