import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import { LifeboatError } from '#platform/errors.ts';
import { changeAccount } from '../access/change-account.ts';
import { makeCode } from '../access/make-code.ts';
import type { Account, AccountKey } from '../access/open-access-store.ts';
import { ROLES } from '../access/role.ts';
import type { SignInParts } from '../access/sign-in.ts';
import { accountName, tenantId } from './account-schemas.ts';
import type { ApiServer } from './api-server.ts';
import type { ServedTenants } from './served-system.ts';
import { shownAccount } from './shown-account.ts';
import { tenantMeant } from './tenant-meant.ts';

const params = z.object({ name: accountName });
const querystring = z.object({ tenant: tenantId });
const body = z.strictObject({
  role: z.enum(ROLES).optional(),
  tenant: tenantId,
  reset: z.literal(true).optional().describe('make a code; the password of now is good until it is used'),
});

type Asked = FastifyRequest<{ Params: z.infer<typeof params>; Querystring: z.infer<typeof querystring> }>;

/** What is done with one account: at the service's own address a tenant's is named by `?tenant=` and its id. */
export function registerAccount(
  server: ApiServer,
  access: SignInParts,
  tenants: ServedTenants | undefined,
): void {
  const { store, sessions, clock } = access;
  const config = { role: 'administrator' } as const;
  const found = (request: Asked): Account => {
    const { name } = request.params;
    const account = store.account({ name, tenant: tenantMeant(request, request.query.tenant, tenants) });
    if (account === undefined) throw new LifeboatError('not-found', `there is no account ${name}`);
    return account;
  };
  const summary = 'Change the role, move it to another tenant, or make a code for a new password';
  server.patch(
    '/api/accounts/:name',
    { config, schema: { summary, params, querystring, body } },
    async (request) => {
      const { role, tenant, reset } = request.body;
      const before = found(request);
      if (role !== undefined || tenant !== undefined) refuseOwn(request, before);
      const after = changeAccount(access, before, {
        role: role ?? before.role,
        tenant: tenant === undefined ? before.tenant : tenantMeant(request, tenant, tenants),
      });
      if (reset === undefined) return shownAccount(after);
      const code = makeCode(store, { account: after.name, tenant: after.tenant }, clock);
      return { ...shownAccount(after), code };
    },
  );
  server.delete(
    '/api/accounts/:name',
    { config, schema: { summary: 'Take an account away', params, querystring } },
    async (request) => {
      const account = found(request);
      refuseOwn(request, account);
      store.removeAccount(account);
      sessions.endAllOf(account);
      return {};
    },
  );
}

/** Nobody locks himself out. */
function refuseOwn({ person }: FastifyRequest, { name, tenant }: AccountKey): void {
  const own = person?.session?.account;
  if (own?.name !== name || own.tenant !== tenant) return;
  throw new LifeboatError(
    'usage',
    'this is your own account: another administrator can change it or take it away',
  );
}
