import * as z from 'zod';
import { readReports } from '#drill/read-reports.ts';
import type { Clock } from '#platform/clock.ts';
import { readDrills } from '../drill/read-drills.ts';
import type { ApiServer, SystemOf } from './api-server.ts';
import { sendRun } from './send-run.ts';

/** LB-03: a restore drill on request, and the reports of those that were made. */
export function registerDrills(server: ApiServer, systemOf: SystemOf, clock: Clock): void {
  server.post(
    '/api/drill',
    {
      config: { role: 'operator' },
      schema: {
        summary:
          'Restore the newest good archive into scratch places; with Accept: text/event-stream followed to its end',
        body: z.strictObject({ archive: z.string().min(1).max(255).exactOptional() }).nullish(),
      },
    },
    (request, reply) => sendRun(systemOf(request).startDrill(request.body?.archive), request, reply),
  );
  server.get(
    '/api/drills',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Reports of restore drills, newest first',
        querystring: z.object({ limit: z.coerce.number().int().min(1).max(1000).default(30) }),
      },
    },
    async (request) => {
      const system = await systemOf(request).compose();
      const { next } = await readDrills(system, clock);
      return { drills: await readReports(system.state, system.id, request.query.limit), next };
    },
  );
}
