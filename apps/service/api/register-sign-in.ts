import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { changePassword } from '../access/change-password.ts';
import { redeemCode } from '../access/redeem-code.ts';
import { ROLES } from '../access/role.ts';
import { type SignedIn, type SignInParts, signIn } from '../access/sign-in.ts';
import type { Person } from '../access/who-asks.ts';
import type { ApiServer } from './api-server.ts';
import { nothingHere } from './nothing-here.ts';
import { SESSION_COOKIE } from './session-cookie.ts';

const password = z.string().max(1000);
const me = z.object({
  name: z.string(),
  role: z.enum(ROLES),
  csrf: z.string().nullable().describe('sent as x-lifeboat-csrf with each change; null for a token'),
  bound: z.boolean().describe('true: to the tenant at whose address this is; false: may go to every tenant'),
  tenant: z
    .string()
    .nullable()
    .describe("name of the tenant at this address; null: the service's own address"),
});

/** Signing in by a name and password, or for the first time by a one-time code; another password; and out. */
export function registerSignIn(server: ApiServer, access: SignInParts): void {
  server.post(
    '/api/sign-in',
    {
      config: { role: 'anyone' },
      schema: {
        summary: "Sign in: at a tenant's address its people, and those who may go everywhere",
        body: z.strictObject({ name: z.string().max(64), password }),
        response: { 200: me },
      },
    },
    async (request, reply) =>
      begin(await signIn(access, { ...request.body, ...whereFrom(request) }), request, reply),
  );
  server.post(
    '/api/sign-in/first',
    {
      config: { role: 'anyone' },
      schema: {
        summary: 'Choose a password by a one-time code, and sign in',
        body: z.strictObject({ code: z.string().max(64), name: z.string().max(64), password }),
        response: { 200: me },
      },
    },
    async (request, reply) =>
      begin(await redeemCode(access, { ...request.body, ...whereFrom(request) }), request, reply),
  );
  server.post(
    '/api/sign-out',
    {
      config: { role: 'viewer' },
      schema: { summary: 'Sign out', response: { 200: z.object({}) } },
    },
    async (request, reply) => {
      if (request.person?.session) access.sessions.end(request.person.session.secret);
      reply.clearCookie(SESSION_COOKIE, { path: cookiePath(request, request.person?.tenant ?? null) });
      return {};
    },
  );
  registerMe(server, access);
}

/** Who it is that has signed in, and his password. */
function registerMe(server: ApiServer, access: SignInParts): void {
  server.get(
    '/api/me',
    {
      config: { role: 'anyone' },
      schema: {
        summary: 'Who is signed in',
        response: {
          200: me,
          401: z.object({
            firstRun: z
              .boolean()
              .describe(
                "true: there is no account yet; never told at a tenant's address, nor whether there is one",
              ),
          }),
        },
      },
    },
    async (request, reply) => {
      const { person, place } = request;
      if (person !== undefined) return shownPerson(person, person.session?.csrf ?? null, request);
      return reply
        .code(401)
        .send({ firstRun: place?.tenant === null && access.store.accounts().length === 0 });
    },
  );
  server.post(
    '/api/me/password',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Choose another password; it ends every other session of yours',
        body: z.strictObject({ old: password, password }),
        response: { 200: me },
      },
    },
    async (request, reply) => {
      const { session } = request.person ?? {};
      // A token has no password.
      if (session === undefined) throw nothingHere();
      return begin(await changePassword(access, session.account, request.body), request, reply);
    },
  );
}

function whereFrom({ ip, place }: FastifyRequest): { address: string; tenant: string | null } {
  if (place === undefined) throw nothingHere();
  return { address: ip, tenant: place.tenant };
}

function begin({ account, session, secret }: SignedIn, request: FastifyRequest, reply: FastifyReply) {
  reply.setCookie(SESSION_COOKIE, secret, {
    path: cookiePath(request, account.tenant),
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
  });
  return shownPerson(account, session.csrf, request);
}

function shownPerson(
  { name, role, tenant }: Pick<Person, 'name' | 'role' | 'tenant'>,
  csrf: string | null,
  { place }: FastifyRequest,
) {
  return { name, role, csrf, bound: tenant !== null, tenant: place?.system?.tenant?.name ?? null };
}

/**
 * Whoever is bound to a tenant shows his cookie there alone, so that one browser can hold a person of each. It goes by
 * the address as it was written; one that a cookie cannot name leaves it to be shown everywhere, where it opens nothing.
 */
function cookiePath({ place }: FastifyRequest, tenant: string | null): string {
  const base = place?.base ?? '/';
  return tenant === null || !/^[\x21-\x3a\x3c-\x7e]+$/.test(base) ? '/' : base;
}
