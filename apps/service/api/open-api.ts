import type { AddressInfo } from 'node:net';
import type { SignInParts } from '../access/sign-in.ts';
import { admit } from './admit.ts';
import type { ApiServer } from './api-server.ts';
import { createServer } from './create-server.ts';
import { findPlace, type Served } from './find-place.ts';
import { journalChange } from './journal-change.ts';
import { requireOwnPage } from './require-own-page.ts';

export interface ApiOptions extends Served {
  host: string;
  port: number;
  /** Files in PEM; undefined: plain HTTP. */
  tls?: { certificate: string; key: string } | undefined;
  access: SignInParts;
  /** Routes beside those that every API has. */
  register: (server: ApiServer) => Promise<void> | void;
}

export interface OpenApi extends AsyncDisposable {
  readonly url: string;
}

/**
 * Serves the API and whatever is registered beside it, at the service's own address and at that of each tenant.
 * Nobody gets further than his tenant and a route's role allow; every change is journaled with who made it.
 */
export async function openApi(options: ApiOptions): Promise<OpenApi> {
  const server = await createServer({ ...options, pathOf: (request) => findPlace(request, options).path });
  const { default: cookie } = await import('@fastify/cookie');
  await server.register(cookie);
  guard(server, options);
  let closing = false;
  // A connection that was in use when the service was told to end would be kept for its client's next request.
  server.addHook('onResponse', async ({ raw }) => {
    if (closing) raw.socket.destroySoon();
  });
  await options.register(server);
  await server.listen({ host: options.host, port: options.port });
  const { port } = server.server.address() as AddressInfo;
  const scheme = options.tls === undefined ? 'http' : 'https';
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `${scheme}://${host}:${port}/`,
    async [Symbol.asyncDispose]() {
      closing = true;
      await server.close();
    },
  };
}

/** What comes before each route, and after it. */
function guard(server: ApiServer, options: ApiOptions): void {
  server.addHook('onRequest', async (request) => {
    const { originalUrl: url, headers } = request;
    request.place = findPlace({ url, headers }, options);
    admit(request, options.access);
  });
  server.addHook('preValidation', async ({ person, routeOptions, body, headers }) => {
    if (routeOptions.config.csrf !== 'field' || person === undefined) return;
    const field = (body as { csrf?: unknown } | null | undefined)?.csrf;
    requireOwnPage(person, field ?? headers['x-lifeboat-csrf']);
  });
  server.addHook('onResponse', async (request, reply) => await journalChange(request, reply, options.system));
}
