import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Credentials,
  type Route,
  type TenantName,
  type TenantSite,
  tenantSite,
} from '../fakes/tenant-site.ts';

let site: TenantSite;
/** What each tenant has that somebody may be after. */
const treasures = new Map<TenantName, { archive: string; token: string }>();
let before: string;

beforeAll(async () => {
  site = await tenantSite();
  for (const name of ['blue', 'green'] as const) {
    const { served } = site.tenants[name];
    const { archive } = await served.startBackup({}).ended;
    const token = site.person('viewer', name, 'token')['authorization'];
    expect(token).toBeDefined();
    site.person('viewer', name, 'session');
    const [known] = site.access.store.tokens().filter(({ tenant }) => tenant === served.id);
    treasures.set(name, { archive: String(archive), token: String(known?.id) });
  }
  before = await everything();
});

afterAll(() => site?.[Symbol.asyncDispose]());

/** Where green is reached: nothing of it differs by the way. */
const WAYS = [
  { way: 'by its path', at: (path: string) => ({ path: `/t/green${path}` }) },
  { way: 'by its host name', at: (path: string) => ({ path, host: 'green.app.example.org' }) },
  {
    way: 'by its host name in capitals, with a port',
    at: (path: string) => ({ path, host: 'GREEN.app.example.org:4190' }),
  },
];

/** Whoever has no business at green, with everything but that. */
const STRANGERS: [string, () => Credentials][] = [
  ["another tenant's administrator", () => site.person('administrator', 'blue', 'session')],
  ["another tenant's token", () => site.person('administrator', 'blue', 'token')],
  [
    "another tenant's administrator without the cross-site token",
    () => cookieOf(site.person('administrator', 'blue', 'session')),
  ],
  ["another tenant's viewer", () => site.person('viewer', 'blue', 'session')],
];

test('the list is what the server has, and each route says who may use it', () => {
  const roles = site.routes.map(({ method, url, config }) => `${method} ${url}: ${config?.role}`);
  expect(site.routes.length).toBeGreaterThan(40);
  expect(roles.filter((line) => line.endsWith('undefined'))).toEqual([]);
});

describe.each(WAYS)('[TN-09] [TN-05] every route of a tenant, $way', ({ at }) => {
  test('refuses whoever is not signed in', async () => {
    for (const route of closed()) {
      const { status } = await tried(route, {}, at);
      expect(status, nameOf(route)).toBe(route.config?.where === 'service' ? 404 : 401);
    }
  });

  test.each(STRANGERS)('has nothing for %s: the same 404 for all', async (_who, person) => {
    for (const route of closed()) {
      const answer = await tried(route, person(), at);
      expect(answer.status, nameOf(route)).toBe(404);
      if (route.method !== 'HEAD') expect(answer.text, nameOf(route)).toContain(NOTHING);
    }
  });

  test('that is for anybody takes whoever belongs elsewhere for nobody', async () => {
    for (const route of site.routes.filter(({ config }) => config?.role === 'anyone')) {
      const [[, person]] = STRANGERS as [[string, () => Credentials]];
      const stranger = await tried(route, person(), at);
      const nobody = await tried(route, {}, at);
      expect({ status: stranger.status, text: stranger.text }, nameOf(route)).toEqual({
        status: nobody.status,
        text: nobody.text,
      });
    }
  });

  test('refuses a role that is too small', async () => {
    const ranks = ['viewer', 'operator', 'administrator'];
    for (const route of closed()) {
      for (const role of ['viewer', 'operator'] as const) {
        if (ranks.indexOf(role) >= ranks.indexOf(String(route.config?.role))) continue;
        for (const by of ['session', 'token'] as const) {
          for (const tenant of ['green', null] as const) {
            const { status } = await tried(route, site.person(role, tenant, by), at);
            const wanted = isTenants(route) ? 403 : 404;
            expect(status, `${role} of ${tenant} by ${by}: ${nameOf(route)}`).toBe(wanted);
          }
        }
      }
    }
  });

  test('refuses a change without the token against foreign pages, or with that of another session', async () => {
    for (const route of closed().filter(isChange).filter(isTenants)) {
      for (const tenant of ['green', null] as const) {
        const person = cookieOf(site.person('administrator', tenant, 'session'));
        expect((await tried(route, person, at)).status, nameOf(route)).toBe(403);
        const other = site.person('administrator', tenant, 'session')['x-lifeboat-csrf'];
        const forged = { ...person, 'x-lifeboat-csrf': String(other) };
        expect((await tried(route, forged, at)).status, nameOf(route)).toBe(403);
      }
    }
  });
});

test("[TN-09] at the service's own address there is nothing for whoever is bound to a tenant", async () => {
  for (const by of ['session', 'token'] as const) {
    for (const route of closed()) {
      const answer = await tried(route, site.person('administrator', 'green', by), (path) => ({ path }));
      expect(answer.status, nameOf(route)).toBe(404);
      if (route.method !== 'HEAD') expect(answer.text, nameOf(route)).toContain(NOTHING);
    }
  }
});

test('[TN-09] an address of no tenant looks to all but the people of the service as that of one', async () => {
  const ghost = (path: string) => ({ path: `/t/ghost${path}` });
  for (const route of site.routes) {
    const name = nameOf(route);
    const known = await tried(route, {}, WAYS[0]!.at);
    expect((await tried(route, {}, ghost)).status, name).toBe(known.status);
    if (route.config?.role === 'anyone') continue;
    expect((await tried(route, site.person('administrator', 'blue', 'session'), ghost)).status, name).toBe(
      404,
    );
    expect((await tried(route, site.person('administrator', null, 'session'), ghost)).status, name).toBe(404);
  }
});

test.each([
  '/t/..%2fgreen/api/status',
  '/t/blue%2f..%2fgreen/api/status',
  '/t/blue/../green/api/status',
  '/t/blue/%2e%2e/green/api/status',
  '/t/blue/..%2f..%2ft%2fgreen/api/status',
  '/t/%2567reen/api/status',
  '/t/green%00/api/status',
  '/t/green%2f/api/status',
  '/t/%67reen/api/status',
  '/t/GREEN/api/status',
  '/t//green/api/status',
  '//t/green/api/status',
  '/T/green/api/status',
  '/%74/green/api/status',
  '/t/blue/t/green/api/status',
  '/t/%e0%a4%a/api/status',
  '/t/./api/status',
  '/t/../api/status',
  'http://blue.app.example.org/t/green/api/status',
  '/t/green/api/status?/t/blue/',
  '/t/green;/t/blue/api/status',
])("[TN-09] no way of writing a path leads another tenant's people there: %s", async (path) => {
  for (const host of [undefined, 'blue.app.example.org']) {
    for (const by of ['session', 'token'] as const) {
      const as = site.person('administrator', 'blue', by);
      const answer = await site.send('GET', path, { as, ...(host && { host }) });
      expect([400, 404], `${answer.status} ${answer.text}`).toContain(answer.status);
    }
  }
});

test("[TN-06] [TN-09] a name is only ever one of the tenant's own folder", async () => {
  const as = site.person('administrator', 'blue', 'session');
  for (const route of site.routes.filter(({ url }) => url.includes(':name'))) {
    for (const trick of tricks()) {
      const path = `/t/blue${route.url.replace(':name', trick)}`;
      const answer = await site.send(route.method, path, { as, ...bodyFor(route, as) });
      expect([400, 404, 414], `${route.method} ${path}: ${answer.status} ${answer.text}`).toContain(
        answer.status,
      );
    }
  }
});

test("[TN-09] who is notified is the service's own: at a tenant's address nobody has it, and its conf stays", async () => {
  const routes = site.routes.filter(({ url }) => /^\/api\/(channels|watch)/.test(url));
  expect(routes.length).toBeGreaterThanOrEqual(6);
  for (const route of routes) {
    for (const tenant of ['green', null] as const) {
      for (const by of ['session', 'token'] as const) {
        const answer = await tried(route, site.person('administrator', tenant, by), WAYS[0]!.at);
        expect(answer.status, `${tenant} by ${by}: ${nameOf(route)}`).toBe(404);
      }
    }
  }
});

test('none of all this changed anything', async () => {
  expect(await everything()).toBe(before);
});

describe('whoever has business there', () => {
  test.each(WAYS)(
    'gets through, $way: what was refused above was refused for its reason alone',
    async ({ at }) => {
      for (const route of closed().filter(isTenants)) {
        for (const tenant of ['green', null] as const) {
          site.person('viewer', 'green', 'session');
          const answer = await tried(route, site.person('administrator', tenant, 'session'), at);
          expect(answer.status, nameOf(route)).not.toBe(401);
          expect(answer.text, nameOf(route)).not.toMatch(WALLS);
          await site.tenants.green.served.runs.current()?.ended;
        }
      }
    },
  );
});

const NOTHING = 'there is nothing at this address';

/** What the walls say, whatever stands behind them. */
const WALLS = /nothing at this address|needs the role|does not come from the page/;

/** Routes that want somebody to be signed in. */
function closed(): Route[] {
  return site.routes.filter(({ config }) => config?.role !== 'anyone');
}

function isTenants({ config }: Route): boolean {
  return config?.where !== 'service';
}

function isChange({ method }: Route): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

function nameOf({ method, url }: Route): string {
  return `${method} ${url}`;
}

function cookieOf({ cookie }: Credentials): Credentials {
  return { cookie: String(cookie) };
}

/** A request for something that green has, whole in all but who asks. */
async function tried(
  route: Route,
  as: Credentials,
  at: (path: string) => { path: string; host?: string },
): ReturnType<TenantSite['send']> {
  site.forgive('nobody');
  const { archive, token } = treasures.get('green')!;
  const name = route.url.includes('accounts') ? 'viewer' : route.url.includes('channels') ? 'chat' : archive;
  const { path, host } = at(route.url.replace(':name', name).replace(':id', token).replace(':tenant', 'x'));
  return await site.send(route.method, path, { as, ...bodyFor(route, as), ...(host && { host }) });
}

/** What the route wants to be sent; a form has the token against foreign pages in it. */
function bodyFor({ method, url, config }: Route, as: Credentials): { body?: unknown } {
  if (config?.csrf === 'field') {
    const fields = { csrf: as['x-lifeboat-csrf'] ?? '', name: treasures.get('green')!.archive };
    return { body: new URLSearchParams(fields).toString() };
  }
  const bodies: Record<string, unknown> = {
    'PUT /api/settings': { values: { keep: '9' } },
    'POST /api/channels': { kind: 'webhook', name: 'intruder', values: {}, secret: 'http://127.0.0.1:9/' },
    'PATCH /api/channels/:name': { values: { on: 'success' } },
    'PUT /api/watch': { values: { max_age: 'never' } },
    'POST /api/accounts': { name: 'intruder', role: 'administrator' },
    'PATCH /api/accounts/:name': { role: 'administrator', reset: true },
    'POST /api/tokens': { name: 'intruder', role: 'administrator', days: 9 },
    'POST /api/sign-in': { name: 'nobody', password: 'nothing' },
    'POST /api/sign-in/first': { code: 'none', name: 'nobody', password: 'nothing at all' },
    'POST /api/me/password': { old: 'nothing', password: 'nothing at all' },
    'DELETE /api/archives/:name': { lastGood: true },
  };
  const body = bodies[`${method} ${url}`];
  return body === undefined ? {} : { body };
}

function tricks(): string[] {
  const { archive } = treasures.get('green')!;
  const up = `../../green/backups/${archive}`;
  const once = encodeURIComponent(up);
  return [
    archive,
    once,
    encodeURIComponent(once),
    once.replaceAll('.', '%2e'),
    encodeURIComponent(up.replaceAll('/', '\\')),
    encodeURIComponent(join(site.tenants.green.backups, archive)),
    encodeURIComponent(`${archive}\0`),
    `%00${archive}`,
    '..%2f..%2f..%2f..%2fetc%2fpasswd',
    '%2fetc%2fpasswd',
    encodeURIComponent('C:\\Windows\\win.ini'),
    encodeURIComponent(`file://${join(site.tenants.green.backups, archive)}`),
    encodeURIComponent(`.lifeboat/${archive}.json`),
    'backupHistory.json',
    '%2e',
    '%2e%2e',
    '..',
    '%20',
    '%c0%ae%c0%ae%c0%af',
    '%ff',
    'x'.repeat(300),
    encodeURIComponent(`${archive}\n`),
  ];
}

/** All files of the tenants, everybody's settings and who may sign in. */
async function everything(): Promise<string> {
  const parts: string[] = [await readFile(site.own.conf, 'utf8')];
  for (const { root, conf, backups } of Object.values(site.tenants)) {
    parts.push(...(await readdir(root, { recursive: true })).sort(), await readFile(conf, 'utf8'));
    for (const name of (await readdir(backups)).sort()) {
      if (name.endsWith('.zip')) parts.push((await readFile(join(backups, name))).toString('base64'));
    }
  }
  const { store } = site.access;
  const named = store.accounts().filter(({ name }) => name === 'intruder');
  const tokens = store.tokens().filter(({ name }) => name === 'intruder');
  return JSON.stringify([
    ...parts,
    named,
    tokens,
    store.account({ name: 'viewer', tenant: site.tenants.green.served.id }),
  ]);
}
