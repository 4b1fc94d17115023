import * as z from 'zod';
import { saveWatch } from '../channels/save-watch.ts';
import type { ApiServer, SystemOf } from './api-server.ts';
import { changeServed } from './change-served.ts';
import { changedLines, channelValue } from './channel-schemas.ts';

/** LB-10: from which age of the last good backup on an alarm is raised; of the service's own system alone. */
export function registerWatch(server: ApiServer, systemOf: SystemOf, signal: AbortSignal): void {
  server.put(
    '/api/watch',
    {
      config: { role: 'administrator', where: 'service' },
      schema: {
        summary: 'How old the last good backup may become; null: as the schedule allows',
        body: z.strictObject({ values: z.strictObject({ max_age: channelValue }) }),
        response: changedLines,
      },
    },
    async (request) =>
      await changeServed(systemOf(request), (system) => saveWatch(system, request.body.values, signal)),
  );
}
