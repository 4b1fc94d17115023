import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RealSystem, realSystem } from './real-system.ts';
import { type Browser, bodyOf, PASSWORD, signInAs, signInFirst } from './sign-in.ts';
import { startService, type TestService } from './start-service.ts';

let system: RealSystem;
let service: TestService;
let anna: Browser;

beforeAll(async () => {
  system = await realSystem();
  service = await startService(system);
  anna = await signInFirst(system, service.url);
});

afterAll(async () => {
  await service?.stop();
  await system?.[Symbol.asyncDispose]();
});

test('[BS-14] [FD-01] [FD-03] Backup Now over the API: progress as it goes, the outcome, one new archive', async () => {
  const before = await system.archives();
  const answer = await fetch(`${service.url}api/backup`, {
    method: 'POST',
    headers: { cookie: anna.cookie, 'x-lifeboat-csrf': anna.csrf, accept: 'text/event-stream' },
  });
  expect(answer.status).toBe(200);
  const events = await answer.text();
  expect(events).toMatch(/^event: began\ndata: \{"id":\d+/);
  expect(events).toMatch(/event: progress\ndata: \{"stage":"/);
  expect(events).toMatch(/event: ended\ndata: \{"operation":"backup","startedAt":.*"state":"done"/);
  expect((await system.archives()).length).toBe(before.length + 1);
});

test('[FD-26] [FD-31] [BS-09] status: last date, outcome, duration, next date, space', async () => {
  const status = await bodyOf(anna.get('api/status'));
  expect(status).toMatchObject({ lastRun: { state: 'done' }, notByItself: null });
  expect(status.lastRun.durationMs).toBeGreaterThan(0);
  expect(Date.parse(status.nextRun)).toBeGreaterThan(0);
  expect(status.freeBytes).toBeGreaterThan(0);
  expect(status.neededBytes).toBeGreaterThan(0);
});

test('[FD-16] the path of the history is told', async () => {
  const { path } = await bodyOf(anna.get('api/history/path'));
  expect(JSON.parse(await readFile(path, 'utf8'))).toBeTypeOf('object');
});

test('[TN-03] archives: listed with time and size, verified, downloaded whole and in parts, deleted', async () => {
  const [archive] = await bodyOf(anna.get('api/archives'));
  expect(archive).toMatchObject({ state: 'good', own: true, lastGood: true });
  const url = `api/archives/${encodeURIComponent(archive.file)}`;
  expect((await anna.send('POST', `${url}/verify`)).status).toBe(202);
  await expect.poll(async () => (await bodyOf(anna.get('api/run'))).run).toBeNull();

  const whole = await anna.get(`${url}/file`);
  const bytes = Buffer.from(await whole.arrayBuffer());
  expect(bytes.equals(await readFile(join(system.backups, archive.file)))).toBe(true);
  const tag = `"${createHash('sha256').update(bytes).digest('hex')}"`;
  expect(whole.headers.get('etag')).toBe(tag);
  const part = await fetch(`${service.url}${url}/file`, {
    headers: { cookie: anna.cookie, range: 'bytes=100-199', 'if-range': tag },
  });
  expect(part.status).toBe(206);
  expect(part.headers.get('content-range')).toBe(`bytes 100-199/${bytes.length}`);
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(true);
  const other = await fetch(`${service.url}${url}/file`, {
    headers: { cookie: anna.cookie, range: 'bytes=100-199', 'if-range': '"of another archive"' },
  });
  expect(other.status, 'a part of another archive is never taken').toBe(200);
  await other.arrayBuffer();
  const behind = await fetch(`${service.url}${url}/file`, {
    headers: { cookie: anna.cookie, range: `bytes=${bytes.length}-` },
  });
  expect(behind.status).toBe(416);

  const last = await anna.send('DELETE', url);
  expect(last.status).toBe(409);
  expect((await bodyOf(last)).message).toMatch(/last good archive/);
  await system.lifeboat('backup');
  expect((await anna.send('DELETE', url)).status).toBe(200);
  expect((await system.archives()).map((path) => basename(path))).not.toContain(archive.file);
});

test('settings: shown, changed, and refused whole with what is wrong beside its key', async () => {
  const wrong = await anna.send('PUT', 'api/settings', { values: { keep: '101', time: '25:00' } });
  expect(wrong.status).toBe(400);
  const { fields } = await bodyOf(wrong);
  expect(fields.keep).toMatch(/101.*1 to 100/);
  expect(fields.time).toMatch(/25:00/);
  const path = await anna.send('PUT', 'api/settings', { values: { path: '/nowhere/at all' } });
  expect(path.status).toBe(400);
  expect((await bodyOf(path)).message).toMatch(/does not exist/);
  const right = await anna.send('PUT', 'api/settings', { values: { keep: '12' } });
  expect((await bodyOf(right)).changed).toEqual([expect.stringMatching(/^keep is 12 now/)]);
  expect((await bodyOf(anna.get('api/settings'))).values.keep).toBe('12');
});

test('a token for another program: its role, its end, its hash; revoked it is nobody', async () => {
  const made = await bodyOf(anna.send('POST', 'api/tokens', { name: 'nightly', role: 'operator', days: 1 }));
  const bearer = { authorization: `Bearer ${made.secret}` };
  expect((await fetch(`${service.url}api/status`, { headers: bearer })).status).toBe(200);
  expect((await fetch(`${service.url}api/backup`, { method: 'POST', headers: bearer })).status).toBe(202);
  expect((await fetch(`${service.url}api/accounts`, { headers: bearer })).status).toBe(403);
  await expect.poll(async () => (await bodyOf(anna.get('api/run'))).run, { timeout: 20_000 }).toBeNull();
  const stored = await readFile(join(system.state, 'access', 'access.sqlite'));
  expect(stored.includes(made.secret)).toBe(false);
  expect((await (await anna.get('api/tokens')).text()).includes(made.secret)).toBe(false);
  expect((await anna.send('DELETE', `api/tokens/${made.id}`)).status).toBe(200);
  expect((await fetch(`${service.url}api/status`, { headers: bearer })).status).toBe(401);
  const journal = await readFile(join(system.state, 'logs', 'Backup Journal[001].txt'), 'utf8');
  expect(journal).toMatch(/api: token nightly \(anna\): POST \/api\/backup gave 202/);
});

describe('every route', () => {
  const routes: [string, string, 'viewer' | 'operator' | 'administrator'][] = [
    ['GET', 'api/status', 'viewer'],
    ['GET', 'api/history', 'viewer'],
    ['GET', 'api/history/path', 'viewer'],
    ['GET', 'api/journal', 'viewer'],
    ['GET', 'api/archives', 'viewer'],
    ['GET', 'api/settings', 'viewer'],
    ['GET', 'api/run', 'viewer'],
    ['GET', 'api/run/events', 'viewer'],
    ['POST', 'api/sign-out', 'viewer'],
    ['POST', 'api/backup', 'operator'],
    ['GET', 'api/drills', 'viewer'],
    ['POST', 'api/drill', 'operator'],
    ['POST', 'api/run/stop', 'operator'],
    ['POST', 'api/archives/x.zip/verify', 'operator'],
    ['GET', 'api/archives/x.zip/file', 'administrator'],
    ['DELETE', 'api/archives/x.zip', 'administrator'],
    ['POST', 'api/archives/x.zip/pin', 'administrator'],
    ['POST', 'api/archives/x.zip/release', 'administrator'],
    ['PUT', 'api/settings', 'administrator'],
    ['POST', 'api/settings/confirm', 'administrator'],
    ['GET', 'settings/admin/backup', 'administrator'],
    ['POST', 'settings/admin/backup/settings', 'administrator'],
    ['POST', 'settings/admin/backup/create', 'administrator'],
    ['POST', 'settings/admin/backup/delete', 'administrator'],
    ['GET', 'api/channels', 'administrator'],
    ['POST', 'api/channels', 'administrator'],
    ['PATCH', 'api/channels/chat', 'administrator'],
    ['DELETE', 'api/channels/chat', 'administrator'],
    ['POST', 'api/channels/chat/test', 'administrator'],
    ['PUT', 'api/watch', 'administrator'],
    ['POST', 'api/me/password', 'viewer'],
    ['GET', 'api/tenants', 'viewer'],
    ['PATCH', 'api/accounts/bob', 'administrator'],
    ['GET', 'api/accounts', 'administrator'],
    ['POST', 'api/accounts', 'administrator'],
    ['DELETE', 'api/accounts/bob', 'administrator'],
    ['GET', 'api/tokens', 'administrator'],
    ['POST', 'api/tokens', 'administrator'],
    ['DELETE', 'api/tokens/0b7b1d5e-7c5e-4a57-9c31-1f2b6f0c7a10', 'administrator'],
  ];

  test('is in this list, and in the OpenAPI document', async () => {
    const { paths } = await bodyOf(fetch(`${service.url}api/openapi.json`));
    const known = Object.entries(paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const tried = routes.map(
      ([method, path]) =>
        `${method} /${path
          .replace('x.zip', '{name}')
          .replace('bob', '{name}')
          .replace('chat', '{name}')
          .replace(/0b7b[\w-]+/, '{id}')}`,
    );
    const open = [
      'POST /api/sign-in',
      'POST /api/sign-in/first',
      'GET /api/me',
      'GET /metrics',
      'GET /healthz',
    ];
    expect(known.toSorted()).toEqual([...tried, ...open].toSorted());
  });

  test.each(routes)('%s %s refuses who is not signed in', async (method, path) => {
    expect((await fetch(service.url + path, { method })).status).toBe(401);
    const forged = {
      cookie: 'lifeboat_session=forged',
      authorization: 'Bearer lb_forged0000000000000000000000',
    };
    expect((await fetch(service.url + path, { method, headers: forged })).status).toBe(401);
  });

  test.each(routes.filter(([method]) => method !== 'GET'))(
    '%s %s refuses a change that comes by a cookie alone, as from a foreign page',
    async (method, path) => {
      const answer = await fetch(service.url + path, { method, headers: { cookie: anna.cookie } });
      expect(answer.status).toBe(403);
    },
  );

  test('refuses a role that is too small', async () => {
    const secrets = new Map<string, string>();
    for (const role of ['viewer', 'operator']) {
      const made = await bodyOf(anna.send('POST', 'api/tokens', { name: role, role, days: 1 }));
      secrets.set(role, made.secret);
    }
    const ranks = ['viewer', 'operator', 'administrator'];
    for (const [method, path, needed] of routes) {
      for (const role of ['viewer', 'operator']) {
        if (ranks.indexOf(role) >= ranks.indexOf(needed)) continue;
        const headers = { authorization: `Bearer ${secrets.get(role)}` };
        const { status } = await fetch(service.url + path, { method, headers });
        expect(status, `${role}: ${method} ${path}`).toBe(403);
      }
    }
  });

  test.each(['..%2f..%2fetc%2fpasswd', '%2e%2e', 'a%00b.zip', '..\\..\\x.zip', '.lifeboat%2fx.json'])(
    'takes no path for a name: %s',
    async (name) => {
      for (const [method, path] of [
        ['GET', 'file'],
        ['POST', 'pin'],
      ] as const) {
        const answer = await anna.send(method, `api/archives/${name}/${path}`);
        expect([400, 404]).toContain(answer.status);
      }
      expect([400, 404]).toContain((await anna.send('DELETE', `api/archives/${name}`)).status);
    },
  );
});

test('signing in: wrong words are the same for name and password, and wait longer and longer', async () => {
  const { code } = await bodyOf(anna.send('POST', 'api/accounts', { name: 'bob', role: 'viewer' }));
  const tryIn = (name: string, password: string) =>
    fetch(`${service.url}api/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, password }),
    });
  expect((await tryIn('bob', '')).status, 'no password was chosen yet').toBe(401);
  const first = await fetch(`${service.url}api/sign-in/first`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, name: 'bob', password: PASSWORD }),
  });
  expect(await bodyOf(first)).toMatchObject({ name: 'bob', role: 'viewer' });
  const again = await fetch(`${service.url}api/sign-in/first`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, name: 'bob', password: PASSWORD }),
  });
  expect(again.status, 'a code serves once').toBe(401);
  expect((await signInAs(service.url, 'bob')).csrf).not.toBe('');
  const wrong = await bodyOf(tryIn('bob', 'wrong'));
  const unknown = await bodyOf(tryIn('nobody', 'wrong'));
  expect(unknown.message).toBe(wrong.message);
  const statuses: number[] = [];
  for (let i = 0; i < 6; i += 1) statuses.push((await tryIn('bob', 'wrong')).status);
  expect(statuses).toContain(429);
});

test('signing out ends the session for good', async () => {
  const carl = await bodyOf(anna.send('POST', 'api/accounts', { name: 'carl', role: 'operator' }));
  const entered = await fetch(`${service.url}api/sign-in/first`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: carl.code, name: 'carl', password: PASSWORD }),
  });
  const cookie = entered.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Strict/);
  const { csrf } = await bodyOf(entered);
  const headers = { cookie: cookie.split(';')[0] ?? '', 'x-lifeboat-csrf': csrf };
  expect((await fetch(`${service.url}api/sign-out`, { method: 'POST', headers })).status).toBe(200);
  expect((await fetch(`${service.url}api/status`, { headers })).status).toBe(401);
});
