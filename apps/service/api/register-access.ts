import * as z from 'zod';
import { LifeboatError } from '#platform/errors.ts';
import { makeCode } from '../access/make-code.ts';
import { makeToken } from '../access/make-token.ts';
import type { Account, Token } from '../access/open-access-store.ts';
import { ROLES } from '../access/role.ts';
import type { SignInParts } from '../access/sign-in.ts';
import type { ApiServer } from './api-server.ts';

const accountName = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._@ -]{0,63}$/u);

/** Accounts and tokens: who may come in, and with what. */
export function registerAccess(server: ApiServer, access: SignInParts): void {
  const { store, sessions, clock } = access;
  const administrator = { role: 'administrator' } as const;
  server.get('/api/accounts', { config: administrator, schema: { summary: 'All accounts' } }, async () =>
    store.accounts().map(shownAccount),
  );
  server.post(
    '/api/accounts',
    {
      config: administrator,
      schema: {
        summary: 'Make an account; whoever gets the code chooses its password',
        body: z.strictObject({ name: accountName, role: z.enum(ROLES) }),
      },
    },
    async (request) => {
      const { name, role } = request.body;
      if (store.account(name)) throw new LifeboatError('usage', `there is an account ${name} already`);
      store.saveAccount({ name, role, tenant: request.person?.tenant ?? null, password: null });
      return { name, role, code: makeCode(store, name, clock) };
    },
  );
  server.delete(
    '/api/accounts/:name',
    {
      config: administrator,
      schema: { summary: 'Take an account away', params: z.object({ name: accountName }) },
    },
    async (request) => {
      const { name } = request.params;
      if (name === request.person?.name) {
        throw new LifeboatError('usage', 'this is your own account: another administrator can take it away');
      }
      if (!store.removeAccount(name)) throw new LifeboatError('usage', `there is no account ${name}`);
      sessions.endAllOf(name);
      return {};
    },
  );
  server.get('/api/tokens', { config: administrator, schema: { summary: 'All tokens' } }, async () =>
    store.tokens().map(shownToken),
  );
  server.post(
    '/api/tokens',
    {
      config: administrator,
      schema: {
        summary: 'Make a token; its secret is shown this once',
        body: z.strictObject({
          name: z.string().min(1).max(100),
          role: z.enum(ROLES),
          days: z.number().int().min(1).max(3650),
        }),
      },
    },
    async (request) => {
      const { person, body } = request;
      const facts = { ...body, tenant: person?.tenant ?? null, madeBy: person?.name ?? '' };
      const { token, secret } = makeToken(store, facts, clock);
      return { ...shownToken(token), secret };
    },
  );
  server.delete(
    '/api/tokens/:id',
    { config: administrator, schema: { summary: 'Revoke a token', params: z.object({ id: z.uuid() }) } },
    async (request) => {
      if (!store.removeToken(request.params.id)) throw new LifeboatError('usage', 'there is no such token');
      return {};
    },
  );
}

function shownAccount({ password, ...account }: Account) {
  return { ...account, hasPassword: password !== null };
}

function shownToken({ secret: _, ...token }: Token) {
  return token;
}
