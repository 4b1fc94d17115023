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
import { isWithin } from './is-within.ts';
import type { ServedTenants } from './served-system.ts';
import { tenantMeant } from './tenant-meant.ts';

const params = z.object({ name: accountName });
const querystring = z.object({ tenant: tenantId });

/** The people who may sign in: at a tenant's address its own, at the service's all. */
export function registerAccounts(
  server: ApiServer,
  access: SignInParts,
  tenants: ServedTenants | undefined,
): void {
  const { store, sessions, clock } = access;
  const config = { role: 'administrator' } as const;
  server.get('/api/accounts', { config, schema: { summary: 'All accounts' } }, async ({ place }) =>
    store
      .accounts()
      .filter((account) => isWithin(place, account))
      .map(shownAccount),
  );
  server.post(
    '/api/accounts',
    {
      config,
      schema: {
        summary: 'Make an account; whoever gets the code chooses its password',
        body: z.strictObject({ name: accountName, role: z.enum(ROLES), tenant: tenantId }),
      },
    },
    async (request) => {
      const { name, role } = request.body;
      const account = {
        name,
        role,
        tenant: tenantMeant(request, request.body.tenant, tenants),
        password: null,
      };
      if (store.account(account)) throw new LifeboatError('usage', `there is an account ${name} already`);
      store.saveAccount(account);
      return { ...shownAccount(account), code: makeCode(store, codeFor(account), clock) };
    },
  );
  server.patch(
    '/api/accounts/:name',
    {
      config,
      schema: {
        summary: 'Change the role, move it to another tenant, or make a code for a new password',
        params,
        querystring,
        body: z.strictObject({
          role: z.enum(ROLES).optional(),
          tenant: tenantId,
          reset: z
            .literal(true)
            .optional()
            .describe('make a code; the password of now is good until it is used'),
        }),
      },
    },
    async (request) => {
      const { role, tenant, reset } = request.body;
      const before = found(request);
      if (role !== undefined || tenant !== undefined) refuseOwn(request, before);
      const after = changeAccount(access, before, {
        role: role ?? before.role,
        tenant: tenant === undefined ? before.tenant : tenantMeant(request, tenant, tenants),
      });
      const code = reset ? { code: makeCode(store, codeFor(after), clock) } : {};
      return { ...shownAccount(after), ...code };
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

  function found(
    request: FastifyRequest<{ Params: z.infer<typeof params>; Querystring: z.infer<typeof querystring> }>,
  ): Account {
    const { name } = request.params;
    const account = store.account({ name, tenant: tenantMeant(request, request.query.tenant, tenants) });
    if (account === undefined) throw new LifeboatError('not-found', `there is no account ${name}`);
    return account;
  }
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

function codeFor({ name, tenant }: AccountKey) {
  return { account: name, tenant };
}

function shownAccount({ password, ...account }: Account) {
  return { ...account, hasPassword: password !== null };
}
