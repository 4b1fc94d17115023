import * as z from 'zod';
import { LifeboatError } from '#platform/errors.ts';
import { makeCode } from '../access/make-code.ts';
import { ROLES } from '../access/role.ts';
import type { SignInParts } from '../access/sign-in.ts';
import { accountName, tenantId } from './account-schemas.ts';
import type { ApiServer } from './api-server.ts';
import { isWithin } from './is-within.ts';
import type { ServedTenants } from './served-system.ts';
import { shownAccount } from './shown-account.ts';
import { tenantMeant } from './tenant-meant.ts';

/** The people who may sign in: at a tenant's address its own, at the service's all. */
export function registerAccounts(
  server: ApiServer,
  { store, clock }: SignInParts,
  tenants: ServedTenants | undefined,
): void {
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
      const tenant = tenantMeant(request, request.body.tenant, tenants);
      if (store.account({ name, tenant })) {
        throw new LifeboatError('usage', `there is an account ${name} already`);
      }
      const account = { name, role, tenant, password: null };
      store.saveAccount(account);
      return { ...shownAccount(account), code: makeCode(store, { account: name, tenant }, clock) };
    },
  );
}
