import type { AddressInfo } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { tellJournal } from '#journal/tell-journal.ts';
import { LifeboatError } from '#platform/errors.ts';
import { ROLES, type Role } from '../access/role.ts';
import type { SignInParts } from '../access/sign-in.ts';
import { whoAsks } from '../access/who-asks.ts';
import type { ApiServer } from './api-server.ts';
import { createServer } from './create-server.ts';
import type { ServedSystem } from './served-system.ts';
import { SESSION_COOKIE } from './session-cookie.ts';

export interface ApiOptions {
  host: string;
  port: number;
  /** Files in PEM; undefined: plain HTTP. */
  tls?: { certificate: string; key: string } | undefined;
  system: ServedSystem;
  access: SignInParts;
  /** Routes beside those that every API has. */
  register: (server: ApiServer) => Promise<void> | void;
}

export interface OpenApi extends AsyncDisposable {
  readonly url: string;
}

/**
 * Serves the API and whatever is registered beside it. Nobody gets further than a route's role allows; every
 * change is journaled with who made it.
 */
export async function openApi(options: ApiOptions): Promise<OpenApi> {
  const server = await createServer(options);
  const { default: cookie } = await import('@fastify/cookie');
  await server.register(cookie);
  server.addHook('onRequest', (request, _reply, done) => done(admit(request, options.access)));
  server.addHook('onResponse', async (request, reply) => await journalChange(request, reply, options.system));
  await options.register(server);
  await server.listen({ host: options.host, port: options.port });
  const { port } = server.server.address() as AddressInfo;
  const scheme = options.tls === undefined ? 'http' : 'https';
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { url: `${scheme}://${host}:${port}/`, [Symbol.asyncDispose]: () => server.close() };
}

/** Undefined if the request may go on. */
function admit(request: FastifyRequest, access: SignInParts): Error | undefined {
  const { role } = request.routeOptions.config;
  // No route: that is said whoever asks.
  if (request.is404 || role === 'anyone') return recognise(request, access, false);
  const failure = recognise(request, access, true);
  if (failure !== undefined) return failure;
  const { person } = request;
  if (person === undefined) {
    return new LifeboatError('sign-in-refused', 'nobody is signed in', {
      hint: 'sign in, or send a token: Authorization: Bearer lb_...',
    });
  }
  if (role !== undefined && mayAs(person.role, role)) return undefined;
  return new LifeboatError(
    'not-allowed',
    `this needs the role ${role ?? 'of nobody'}; yours is ${person.role}`,
  );
}

function recognise(request: FastifyRequest, access: SignInParts, strict: boolean): Error | undefined {
  const csrf = request.headers['x-lifeboat-csrf'];
  try {
    request.person = whoAsks(access, {
      cookie: request.cookies[SESSION_COOKIE],
      authorization: request.headers.authorization,
      csrf: typeof csrf === 'string' ? csrf : undefined,
      changes: strict && isChange(request),
    });
    return undefined;
  } catch (error) {
    if (error instanceof LifeboatError) return error;
    throw error;
  }
}

function mayAs(own: Role, needed: Role): boolean {
  return ROLES.indexOf(own) >= ROLES.indexOf(needed);
}

function isChange({ method }: FastifyRequest): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

async function journalChange(
  request: FastifyRequest,
  reply: FastifyReply,
  system: ServedSystem,
): Promise<void> {
  if (!isChange(request) || request.is404) return;
  const { journal } = await system.compose();
  const who = request.person?.name ?? `somebody at ${request.ip}`;
  await tellJournal(journal).tell([`api: ${who}: ${request.method} ${request.url} gave ${reply.statusCode}`]);
}
