import * as z from 'zod';
import { LifeboatError } from '#platform/errors.ts';
import { makeToken } from '../access/make-token.ts';
import type { Token } from '../access/open-access-store.ts';
import { ROLES } from '../access/role.ts';
import type { SignInParts } from '../access/sign-in.ts';
import { tenantId } from './account-schemas.ts';
import type { ApiServer } from './api-server.ts';
import { isWithin } from './is-within.ts';
import type { ServedTenants } from './served-system.ts';
import { tenantMeant } from './tenant-meant.ts';

/** What other programs come in with: at a tenant's address its own tokens, at the service's all. */
export function registerTokens(
  server: ApiServer,
  { store, clock }: SignInParts,
  tenants: ServedTenants | undefined,
): void {
  const config = { role: 'administrator' } as const;
  server.get('/api/tokens', { config, schema: { summary: 'All tokens' } }, async ({ place }) =>
    store
      .tokens()
      .filter((token) => isWithin(place, token))
      .map(shownToken),
  );
  server.post(
    '/api/tokens',
    {
      config,
      schema: {
        summary: 'Make a token; its secret is shown this once',
        body: z.strictObject({
          name: z.string().min(1).max(100),
          role: z.enum(ROLES),
          days: z.number().int().min(1).max(3650),
          tenant: tenantId,
        }),
      },
    },
    async (request) => {
      const { person, body } = request;
      const tenant = tenantMeant(request, body.tenant, tenants);
      const { token, secret } = makeToken(store, { ...body, tenant, madeBy: person?.name ?? '' }, clock);
      return { ...shownToken(token), secret };
    },
  );
  server.delete(
    '/api/tokens/:id',
    { config, schema: { summary: 'Revoke a token', params: z.object({ id: z.uuid() }) } },
    async ({ params: { id }, place }) => {
      const token = store.tokens().find((known) => known.id === id && isWithin(place, known));
      if (token === undefined) throw new LifeboatError('not-found', 'there is no such token');
      store.removeToken(id);
      return {};
    },
  );
}

function shownToken({ secret: _, ...token }: Token) {
  return token;
}
