import * as z from 'zod';
import type { Clock } from '#platform/clock.ts';
import { describeTenant } from '../describe-tenant.ts';
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
          after: z.string().max(255).optional().describe('the last name of the page before'),
          limit: z.coerce.number().int().min(1).max(1000).default(200),
        }),
      },
    },
    async ({ query: { after, limit } }) => {
      const all = tenants?.list() ?? [];
      const rest = after === undefined ? all : all.filter(({ name }) => name > after);
      const page = rest.slice(0, limit);
      const shown = [];
      for (const tenant of page) shown.push(await describeTenant(tenant, clock));
      return {
        tenants: shown,
        total: all.length,
        after: page.length < rest.length ? page.at(-1)?.name : null,
      };
    },
  );
}
