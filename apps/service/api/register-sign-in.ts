import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { redeemCode } from '../access/redeem-code.ts';
import { ROLES } from '../access/role.ts';
import { type SignedIn, type SignInParts, signIn } from '../access/sign-in.ts';
import type { ApiServer } from './api-server.ts';
import { SESSION_COOKIE } from './session-cookie.ts';

const me = z.object({
  name: z.string(),
  role: z.enum(ROLES),
  csrf: z.string().nullable().describe('sent as x-lifeboat-csrf with each change; null for a token'),
});

/** Signing in by a name and password, or for the first time by a one-time code; and out. */
export function registerSignIn(server: ApiServer, access: SignInParts): void {
  server.post(
    '/api/sign-in',
    {
      config: { role: 'anyone' },
      schema: {
        summary: 'Sign in',
        body: z.strictObject({ name: z.string().max(64), password: z.string().max(1000) }),
        response: { 200: me },
      },
    },
    async (request, reply) =>
      begin(await signIn(access, { ...request.body, address: request.ip }), request, reply),
  );
  server.post(
    '/api/sign-in/first',
    {
      config: { role: 'anyone' },
      schema: {
        summary: 'Choose a password by a one-time code, and sign in',
        body: z.strictObject({
          code: z.string().max(64),
          name: z.string().max(64),
          password: z.string().max(1000),
        }),
        response: { 200: me },
      },
    },
    async (request, reply) =>
      begin(await redeemCode(access, { ...request.body, address: request.ip }), request, reply),
  );
  server.post(
    '/api/sign-out',
    {
      config: { role: 'viewer' },
      schema: { summary: 'Sign out', response: { 200: z.object({}) } },
    },
    async (request, reply) => {
      if (request.person?.session) access.sessions.end(request.person.session.secret);
      reply.clearCookie(SESSION_COOKIE, { path: '/' });
      return {};
    },
  );
  server.get(
    '/api/me',
    {
      config: { role: 'anyone' },
      schema: {
        summary: 'Who is signed in',
        response: {
          200: me,
          401: z.object({ firstRun: z.boolean().describe('true: there is no account yet') }),
        },
      },
    },
    async ({ person }, reply) => {
      if (person === undefined) {
        return reply.code(401).send({ firstRun: access.store.accounts().length === 0 });
      }
      return { name: person.name, role: person.role, csrf: person.session?.csrf ?? null };
    },
  );
}

function begin({ account, session, secret }: SignedIn, request: FastifyRequest, reply: FastifyReply) {
  reply.setCookie(SESSION_COOKIE, secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
  });
  return { name: account.name, role: account.role, csrf: session.csrf };
}
