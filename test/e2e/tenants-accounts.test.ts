import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashPassword } from '../../apps/service/access/hash-password.ts';
import { makeCode } from '../../apps/service/access/make-code.ts';
import { openAccessStore } from '../../apps/service/access/open-access-store.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';
import {
  type Answer,
  type Credentials,
  type TenantName,
  type TenantSite,
  tenantSite,
} from '../fakes/tenant-site.ts';

const PASSWORD = 'correct horse battery';
const PLACES: Record<string, TenantName | null> = { '/': null, '/t/blue/': 'blue', '/t/green/': 'green' };

let site: TenantSite;
let hashed: string;

beforeAll(async () => {
  site = await tenantSite();
  hashed = await hashPassword(PASSWORD);
});

afterAll(() => site?.[Symbol.asyncDispose]());

test('[TN-05] [TN-09] a name is one person in each place, and nobody in the next', async () => {
  for (const [place, role] of [
    [null, 'operator'],
    ['blue', 'administrator'],
  ] as const) {
    site.access.store.saveAccount({ name: 'anna', role, tenant: idOf(place), password: hashed });
  }
  site.access.store.saveAccount({ name: 'bob', role: 'viewer', tenant: idOf('blue'), password: hashed });
  const who = async (at: string, name: string) => {
    const { status, text } = await signIn(at, name);
    return status === 200 ? JSON.parse(text) : status;
  };
  expect(await who('/', 'anna')).toMatchObject({ role: 'operator', bound: false, tenant: null });
  expect(await who('/t/blue/', 'anna')).toMatchObject({ role: 'administrator', bound: true, tenant: 'blue' });
  expect(await who('/t/green/', 'anna')).toMatchObject({ role: 'operator', bound: false, tenant: 'green' });
  expect(await who('/t/blue/', 'bob')).toMatchObject({ role: 'viewer', bound: true });
  for (const at of ['/', '/t/green/', '/t/ghost/']) {
    const bob = await signIn(at, 'bob');
    const nobody = await signIn(at, 'nobody');
    expect({ status: bob.status, text: bob.text }).toEqual({ status: 401, text: nobody.text });
  }
});

test('a browser keeps a person of each tenant: the cookie of one goes to its own address alone', async () => {
  expect(String((await signIn('/t/blue/', 'bob')).headers['set-cookie'])).toMatch(
    /; Path=\/t\/blue\/; HttpOnly/,
  );
  expect(String((await signIn('/t/%62lue/', 'bob')).headers['set-cookie'])).toMatch(/; Path=\/t\/%62lue\/;/);
  const named = await site.send('POST', '/t/odd;name@x/api/sign-in', {
    body: { name: 'anna', password: PASSWORD },
  });
  expect(named.status, named.text).toBe(200);
  expect(String((await signIn('/', 'anna')).headers['set-cookie'])).toMatch(/; Path=\/; HttpOnly/);
  const there = await site.send('POST', '/api/sign-in', {
    body: { name: 'bob', password: PASSWORD },
    host: 'blue.app.example.org',
  });
  expect(String(there.headers['set-cookie'])).toMatch(/; Path=\/; HttpOnly/);
});

test('[TN-09] accounts and tokens: each tenant sees, makes, changes and takes away its own', async () => {
  const blue = site.person('administrator', 'blue', 'session');
  const green = site.person('viewer', 'green', 'token');
  const seen = await json('GET', '/t/blue/api/accounts', blue);
  expect(new Set(seen.map(({ tenant }: { tenant: string }) => tenant))).toEqual(new Set([idOf('blue')]));
  const tokens = await json('GET', '/t/blue/api/tokens', blue);
  expect(tokens.filter(({ tenant }: { tenant: string }) => tenant !== idOf('blue'))).toEqual([]);
  const all = await json('GET', '/api/accounts', site.person('administrator', null, 'session'));
  expect(all.map(({ tenant }: { tenant: string | null }) => tenant)).toContain(null);

  for (const tenant of [idOf('green'), null]) {
    const body = { name: 'spy', role: 'administrator', tenant };
    expect((await send('POST', '/t/blue/api/accounts', blue, body)).status).toBe(404);
    const token = { name: 'spy', role: 'administrator', days: 1, tenant };
    expect((await send('POST', '/t/blue/api/tokens', blue, token)).status).toBe(404);
    expect((await send('PATCH', '/t/blue/api/accounts/bob', blue, { tenant })).status).toBe(404);
    const at = `?tenant=${tenant ?? ''}`;
    expect((await send('DELETE', `/t/blue/api/accounts/bob${at}`, blue)).status).toBeGreaterThanOrEqual(400);
  }
  const made = await json('POST', '/t/blue/api/accounts', blue, { name: 'carl', role: 'viewer' });
  expect(made).toMatchObject({ name: 'carl', role: 'viewer', tenant: idOf('blue'), hasPassword: false });
  const token = await json('POST', '/t/blue/api/tokens', blue, { name: 'x', role: 'administrator', days: 1 });
  expect(token.tenant).toBe(idOf('blue'));
  const bearer = { authorization: `Bearer ${token.secret}` };
  expect((await send('GET', '/t/blue/api/status', bearer)).status).toBe(200);
  expect((await send('GET', '/t/green/api/status', bearer)).status).toBe(404);
  expect((await send('GET', '/api/status', bearer)).status).toBe(404);
  const [theirs] = site.access.store.tokens().filter(({ tenant }) => tenant === idOf('green'));
  expect((await send('DELETE', `/t/blue/api/tokens/${theirs?.id}`, blue)).status).toBe(404);
  expect((await send('GET', '/t/green/api/status', green)).status).toBe(200);
});

test('[TN-05] a one-time code serves at the address that it was made for, and is not lost by trying it elsewhere', async () => {
  const { store, clock } = site.access;
  const code = makeCode(store, { account: null, tenant: idOf('blue') }, clock);
  for (const at of ['/', '/t/green/', '/t/ghost/']) {
    expect((await redeem(at, code, 'dora')).status).toBe(401);
  }
  const { status, text } = await redeem('/t/blue/', code, 'dora');
  expect(status, text).toBe(200);
  expect(JSON.parse(text)).toMatchObject({
    name: 'dora',
    role: 'administrator',
    bound: true,
    tenant: 'blue',
  });
  expect((await redeem('/t/blue/', code, 'dora')).status).toBe(401);
});

test('the code of an account that was taken away makes nobody an administrator', async () => {
  const admin = site.person('administrator', null, 'session');
  const { code } = await json('POST', '/api/accounts', admin, { name: 'eve', role: 'viewer' });
  const { code: kept } = await json('PATCH', '/api/accounts/eve', admin, { reset: true });
  expect((await send('DELETE', '/api/accounts/eve', admin)).status).toBe(200);
  expect((await redeem('/', code, 'eve')).status).toBe(401);
  expect(site.access.store.account({ name: 'eve', tenant: null })).toBeUndefined();
  await json('POST', '/api/accounts', admin, { name: 'eve', role: 'viewer' });
  expect((await redeem('/', kept, 'eve')).status, 'nor of whoever has that name next').toBe(401);
  const ofNobody = makeCode(site.access.store, { account: 'frank', tenant: null }, site.access.clock);
  expect((await redeem('/', ofNobody, 'frank')).status).toBe(401);
});

test('an account gets another role, which holds at once; a code for a new password; another tenant', async () => {
  const admin = site.person('administrator', null, 'session');
  const at = `?tenant=${idOf('blue')}`;
  const bob = cookieOf(await signIn('/t/blue/', 'bob'));
  expect((await send('GET', '/t/blue/api/accounts', bob)).status).toBe(403);
  await json('PATCH', `/api/accounts/bob${at}`, admin, { role: 'administrator' });
  expect((await send('GET', '/t/blue/api/accounts', bob)).status).toBe(200);

  const { code } = await json('PATCH', `/api/accounts/bob${at}`, admin, { reset: true });
  expect((await signIn('/t/blue/', 'bob')).status, 'good until the code is used').toBe(200);
  expect((await redeem('/t/blue/', code, 'bob', 'another password')).status).toBe(200);
  expect((await signIn('/t/blue/', 'bob')).status).toBe(401);
  expect((await send('GET', '/t/blue/api/accounts', bob)).status, 'sessions of before ended').toBe(401);

  await json('PATCH', `/api/accounts/bob${at}`, admin, { tenant: idOf('green') });
  expect((await signIn('/t/blue/', 'bob', 'another password')).status).toBe(401);
  expect((await signIn('/t/green/', 'bob', 'another password')).status).toBe(200);
  expect((await send('PATCH', `/api/accounts/bob${at}`, admin, { role: 'viewer' })).status).toBe(404);
  const taken = { name: 'bob', role: 'viewer', tenant: idOf('blue') };
  await json('POST', '/api/accounts', admin, taken);
  const back = await send('PATCH', `/api/accounts/bob?tenant=${idOf('green')}`, admin, {
    tenant: idOf('blue'),
  });
  expect(back.status, 'the name is taken there').toBe(400);
});

test('nobody locks himself out', async () => {
  for (const [at, tenant] of Object.entries(PLACES)) {
    const admin = site.person('administrator', tenant, 'session');
    for (const [method, body] of [
      ['PATCH', { role: 'viewer' }],
      ['DELETE', undefined],
    ] as const) {
      const answer = await send(method, `${at}api/accounts/administrator`, admin, body);
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('your own account');
    }
  }
});

test('a person changes his own password: the old one is needed, and his other sessions end', async () => {
  site.access.store.saveAccount({ name: 'fred', role: 'viewer', tenant: idOf('blue'), password: hashed });
  const here = cookieOf(await signIn('/t/blue/', 'fred'));
  const elsewhere = cookieOf(await signIn('/t/blue/', 'fred'));
  const change = (as: Credentials, old: string, password: string) =>
    send('POST', '/t/blue/api/me/password', as, { old, password });
  const wrong = await change(here, 'wrong', 'a password of mine');
  expect(wrong.status).toBe(403);
  expect(wrong.text).toContain('the old password is wrong');
  expect((await change(here, PASSWORD, 'short')).status).toBe(400);
  const changed = await change(here, PASSWORD, 'a password of mine');
  expect(changed.status, changed.text).toBe(200);
  expect((await send('GET', '/t/blue/api/status', elsewhere)).status).toBe(401);
  expect((await send('GET', '/t/blue/api/status', here)).status).toBe(401);
  expect((await send('GET', '/t/blue/api/status', cookieOf(changed))).status).toBe(200);
  expect((await signIn('/t/blue/', 'fred')).status).toBe(401);
  expect((await signIn('/t/blue/', 'fred', 'a password of mine')).status).toBe(200);
  const statuses: number[] = [];
  for (let i = 0; i < 6; i += 1)
    statuses.push((await change(cookieOf(changed), 'wrong', 'x'.repeat(12))).status);
  expect(statuses).toContain(429);
  const token = site.person('viewer', 'blue', 'token');
  expect((await change(token, PASSWORD, 'a password of mine')).status, 'a token has no password').toBe(404);
});

test("who did what stands in the journal of the system that it was done to, and names no other tenant's people", async () => {
  await send('POST', '/t/green/api/run/stop', site.person('operator', 'green', 'session'));
  await send('POST', '/t/green/api/run/stop', site.person('operator', null, 'session'));
  await send('POST', '/t/green/api/run/stop', site.person('operator', 'blue', 'session'));
  await send('POST', '/t/ghost/api/run/stop', site.person('operator', null, 'session'));
  const line = (who: string, where: string, status: number) =>
    `api: ${who}: POST ${where}/api/run/stop gave ${status}`;
  await expect.poll(() => journalOf('own')).toContain(line('operator', '/t/ghost', 404));
  const green = await journalOf('green');
  expect(green).toContain(line('operator', '/t/green', 200));
  expect(green).toContain(line('operator of the service', '/t/green', 200));
  expect(green).not.toContain(String(idOf('blue')));
  expect(green).not.toContain('gave 404');
  expect(await journalOf('own')).toContain(line(`operator of tenant ${idOf('blue')}`, '/t/green', 404));
  expect(await journalOf('blue')).not.toContain('/t/green');
});

test('what was done at a tenant that is broken stands in the journal of the service', async () => {
  const { conf } = site.tenants.green;
  await rename(conf, `${conf} away`);
  try {
    const person = site.person('administrator', 'green', 'session');
    expect(
      (await send('POST', '/t/green/api/accounts', person, { name: 'gina', role: 'viewer' })).status,
    ).toBe(200);
    const line = `api: administrator of tenant ${idOf('green')}: POST /t/green/api/accounts gave 200`;
    await expect.poll(() => journalOf('own')).toContain(line);
    const admin = site.person('viewer', null, 'session');
    const { tenants } = await json('GET', '/api/tenants', admin);
    expect(tenants[1].problem).toMatch(/cannot be read|there is no/);
    expect(tenants[0].problem).toBeNull();
  } finally {
    await rename(`${conf} away`, conf);
  }
});

test('the tenants are listed for the people of the service, each with its last backup and what is wrong', async () => {
  await site.tenants.blue.served.startBackup({}).ended;
  const admin = site.person('viewer', null, 'session');
  const { tenants, total, after } = await json('GET', '/api/tenants', admin);
  expect({ total, after }).toEqual({ total: 2, after: null });
  expect(tenants).toMatchObject([
    { id: idOf('blue'), name: 'blue', address: 't/blue/', problem: null, lastRun: { state: 'done' } },
    { id: idOf('green'), name: 'green', lastRun: null, running: false },
  ]);
  const first = await json('GET', '/api/tenants?limit=1', admin);
  expect(first).toMatchObject({ tenants: [{ name: 'blue' }], after: 'blue' });
  expect((await json('GET', '/api/tenants?limit=1&after=blue', admin)).tenants).toMatchObject([
    { name: 'green' },
  ]);
});

test('accounts of before there were tenants are those of the service', async () => {
  await using folder = await temporaryFolder();
  (await openAccessStore(folder.path))[Symbol.dispose]();
  const path = join(folder.path, 'access', 'access.sqlite');
  const old = new DatabaseSync(path);
  old.exec(`DROP TABLE person; DROP TABLE code; PRAGMA user_version = 0;
    CREATE TABLE account (name TEXT PRIMARY KEY, role TEXT NOT NULL, tenant TEXT, password TEXT) STRICT;
    CREATE TABLE code (hash TEXT PRIMARY KEY, account TEXT, expiresAt TEXT NOT NULL) STRICT;
    INSERT INTO account VALUES ('anna', 'administrator', NULL, 'scrypt')`);
  old.close();
  using store = await openAccessStore(folder.path);
  using second = await openAccessStore(folder.path);
  expect(second.accounts()).toEqual([
    { name: 'anna', role: 'administrator', tenant: null, password: 'scrypt' },
  ]);
  store.saveAccount({ name: 'anna', role: 'viewer', tenant: 'a', password: null });
  expect(store.accounts()).toHaveLength(2);
});

function idOf(tenant: TenantName | null): string | null {
  return tenant === null ? null : site.tenants[tenant].served.id;
}

async function signIn(at: string, name: string, password = PASSWORD): Promise<Answer> {
  site.forgive('nobody', name);
  return await site.send('POST', `${at}api/sign-in`, { body: { name, password } });
}

async function redeem(at: string, code: string, name: string, password = PASSWORD): Promise<Answer> {
  site.forgive('nobody', name);
  return await site.send('POST', `${at}api/sign-in/first`, { body: { code, name, password } });
}

function cookieOf({ headers, text }: Answer): Credentials {
  const [cookie] = String(headers['set-cookie']).split(';');
  return { cookie: String(cookie), 'x-lifeboat-csrf': JSON.parse(text).csrf };
}

function send(method: string, path: string, as: Credentials, body?: unknown): Promise<Answer> {
  return site.send(method, path, { as, ...(body === undefined ? {} : { body }) });
}

// biome-ignore lint/suspicious/noExplicitAny: an answer is looked at field by field
async function json(method: string, path: string, as: Credentials, body?: unknown): Promise<any> {
  const { status, text } = await send(method, path, as, body);
  expect(status, `${method} ${path}: ${text}`).toBe(200);
  return JSON.parse(text);
}

async function journalOf(whose: TenantName | 'own'): Promise<string> {
  const { state } = whose === 'own' ? site.own : site.tenants[whose];
  return await readFile(join(state, 'logs', 'Backup Journal[001].txt'), 'utf8').catch(() => '');
}
