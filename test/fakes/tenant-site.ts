import { request as httpRequest } from 'node:http';
import type { RouteOptions } from 'fastify';
import { systemClock } from '#platform/clock.ts';
import { limitTries } from '../../apps/service/access/limit-tries.ts';
import { makeToken } from '../../apps/service/access/make-token.ts';
import { type AccountKey, openAccessStore } from '../../apps/service/access/open-access-store.ts';
import { openSessions } from '../../apps/service/access/open-sessions.ts';
import type { Role } from '../../apps/service/access/role.ts';
import type { SignInParts } from '../../apps/service/access/sign-in.ts';
import { triesOf } from '../../apps/service/access/tries-of.ts';
import { openApi } from '../../apps/service/api/open-api.ts';
import { registerRoutes } from '../../apps/service/api/register-routes.ts';
import type { ServedTenants } from '../../apps/service/api/served-system.ts';
import { type SmallSystem, smallSystem } from './small-system.ts';
import { temporaryFolder } from './temporary-folder.ts';

const TENANTS = ['blue', 'green'] as const;
export type TenantName = (typeof TENANTS)[number];

export type Route = Pick<RouteOptions, 'url' | 'config'> & { method: string };

/** What somebody sends along with each request. */
export type Credentials = Record<string, string>;

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** The API over a real socket, for a service with two tenants, every system of them real. */
export interface TenantSite extends AsyncDisposable {
  readonly url: string;
  /** Every route that the server has, as it was told of them. */
  readonly routes: readonly Route[];
  readonly own: SmallSystem;
  readonly tenants: Record<TenantName, SmallSystem>;
  readonly access: SignInParts;
  /** Tries of these people that came before count no more, so that each request is answered for what it is. */
  forgive(...names: string[]): void;
  /** By session or by token; tenant null: of the service. */
  person(role: Role, tenant: TenantName | null, by: 'session' | 'token'): Credentials;
  /** One request as it is given, its path not made tidy as a browser would. */
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
}

export interface SendOptions {
  as?: Credentials;
  /** Sent as JSON, or as it stands where it is text. */
  body?: unknown;
  host?: string;
  accept?: string;
}

export async function tenantSite(): Promise<TenantSite> {
  await using made = new AsyncDisposableStack();
  const folder = made.use(await temporaryFolder());
  const own = await smallSystem(folder.path);
  const tenants = {
    blue: await smallSystem(folder.path, { tenant: 'blue' }),
    green: await smallSystem(folder.path, { tenant: 'green' }),
  };
  for (const { served } of [own, ...Object.values(tenants)]) made.use(served.runs);
  const clock = systemClock();
  const store = made.use(await openAccessStore(own.state));
  const access = { store, clock, sessions: openSessions(clock), limit: limitTries(clock) };
  const routes: Route[] = [];
  const { signal } = new AbortController();
  const served = fleetOf(tenants);
  const api = made.use(
    await openApi({
      host: '127.0.0.1',
      port: 0,
      system: own.served,
      tenants: served,
      access,
      async register(server) {
        server.addHook('onRoute', ({ method, url, config }) => {
          for (const each of [method].flat()) routes.push({ method: each, url, ...(config && { config }) });
        });
        const monitoring = {
          metrics: { read: async () => ({ contentType: 'text/plain', text: 'metrics of the service' }) },
          health: () => ({ alive: true, version: '1', alarms: [] }),
        };
        await registerRoutes(server, { access, clock, signal, environment: {}, monitoring, tenants: served });
      },
    }),
  );
  const kept = made.move();
  const idOf = (tenant: TenantName | null) => (tenant === null ? null : tenants[tenant].served.id);
  return {
    url: api.url,
    routes,
    own,
    tenants,
    access,
    forgive(...names) {
      for (const key of ['address 127.0.0.1', 'code from 127.0.0.1']) access.limit.succeeded(key);
      for (const tenant of [null, '', ...TENANTS.map(idOf)]) {
        for (const name of names) access.limit.succeeded(triesOf({ name, tenant }));
      }
    },
    person: (role, tenant, by) => personOf(access, { role, tenant: idOf(tenant), by }),
    send: (method, path, options) => send(api.url, method, path, options),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function fleetOf(tenants: Record<TenantName, SmallSystem>): ServedTenants {
  const byName = new Map(TENANTS.map((name) => [name as string, tenants[name].served]));
  const byId = new Map([...byName.values()].map((system) => [system.id, system]));
  return {
    list: () =>
      TENANTS.map((name) => ({
        ...tenants[name],
        ...tenants[name].served,
        name,
        system: tenants[name].served,
      })),
    named: (name) => byName.get(name),
    serves: () => true,
    byId: (id) => byId.get(id),
    byHost: (host) => byName.get(/^([^.]+)\.app\.example\.org$/.exec(host)?.[1] ?? ''),
  };
}

function personOf(
  { store, sessions, clock }: SignInParts,
  { role, tenant, by }: { role: Role; tenant: string | null; by: 'session' | 'token' },
): Credentials {
  if (by === 'token') {
    const { secret } = makeToken(store, { name: role, role, tenant, madeBy: 'test', days: 1 }, clock);
    return { authorization: `Bearer ${secret}` };
  }
  const account: AccountKey = { name: role, tenant };
  if (store.account(account) === undefined) store.saveAccount({ ...account, role, password: null });
  const { secret, session } = sessions.begin(account);
  return { cookie: `lifeboat_session=${secret}`, 'x-lifeboat-csrf': session.csrf };
}

async function send(
  url: string,
  method: string,
  path: string,
  { as = {}, body, host, accept }: SendOptions = {},
): Promise<Answer> {
  const isText = typeof body === 'string';
  const sent = body === undefined ? '' : isText ? body : JSON.stringify(body);
  const type = isText ? 'application/x-www-form-urlencoded' : 'application/json';
  const headers = {
    ...as,
    ...(body === undefined
      ? {}
      : { 'content-type': type, 'content-length': String(Buffer.byteLength(sent)) }),
    ...(host === undefined ? {} : { host }),
    ...(accept === undefined ? {} : { accept }),
  };
  const { hostname, port } = new URL(url);
  return await new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, method, path, headers, agent: false }, async (answer) => {
      try {
        let text = '';
        for await (const piece of answer.setEncoding('utf8')) text += piece;
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
      } catch (error) {
        reject(error);
      }
    });
    request.on('error', reject);
    request.end(sent);
  });
}
