import * as z from 'zod';
import type { Clock } from '#platform/clock.ts';
import { listTenants } from '../tenants/list-tenants.ts';
import type { ApiServer } from './api-server.ts';
import type { ServedTenants } from './served-system.ts';

/** TN: the tenants of a service, for those who may go to each. */
export function registerTenants(server: ApiServer, tenants: ServedTenants | undefined, clock: Clock): void {
  server.get(
    '/api/tenants',
    {
      config: { role: 'viewer', where: 'service' },
      schema: {
        summary: 'The tenants by name, each with its last backup, next one and what is wrong with it',
        querystring: z.object({
          search: z.string().max(100).optional().describe('part of the name, capitals or not'),
          trouble: z
            .enum(['yes', 'no'])
            .default('no')
            .describe(
              'yes: only those whose last backup did not end well, that get none, or for which an alarm holds',
            ),
          after: z.string().max(255).optional().describe('the last name of the page before'),
          limit: z.coerce.number().int().min(1).max(1000).default(200),
        }),
      },
    },
    async ({ query }) => {
      const all = tenants?.list() ?? [];
      return { total: all.length, ...(await listTenants(all, query, clock)) };
    },
  );
}
