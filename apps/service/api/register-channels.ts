import * as z from 'zod';
import type { Clock } from '#platform/clock.ts';
import { composeChannels } from '../compose-channels.ts';
import { composeHooks } from '../compose-hooks.ts';
import { chooseChannels, testChannels } from '../test-channels.ts';
import type { ApiServer, SystemOf } from './api-server.ts';

/** A test of whoever is notified; which channels there are stands in sysbackup.conf alone. */
export function registerChannels(
  server: ApiServer,
  systemOf: SystemOf,
  context: { clock: Clock; signal: AbortSignal; environment: NodeJS.ProcessEnv },
): void {
  server.post(
    '/api/channels/:name/test',
    {
      config: { role: 'administrator' },
      schema: {
        summary: 'Send a test to a channel; says whether it went, and why not',
        params: z.object({ name: z.string().min(1).max(255).describe('as in the conf: mail admins') }),
      },
    },
    async (request) => {
      const system = await systemOf(request).compose();
      const all = composeChannels(system.settings, composeHooks(system, context));
      return await testChannels(system, chooseChannels(all, request.params.name), context);
    },
  );
}
