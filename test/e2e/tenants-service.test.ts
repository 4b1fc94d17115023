import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTenant, type FleetFolder, makeFleet } from '../fleet/make-fleet.ts';
import { runProgram } from './run-program.ts';
import { type Browser, bodyOf, signInAs, signInFirst } from './sign-in.ts';
import { startService, type TestService } from './start-service.ts';

const PLAIN_PROFILE = `[system]
version = 1
[sqlite main]
path = db/main.sqlite
[backup]
frequency = Not Use
`;

let fleet: FleetFolder;
let service: TestService;
let anna: Browser;
let bob: Browser;

beforeAll(async () => {
  fleet = await makeFleet();
  for (const name of ['blue', 'green']) await addTenant(fleet, name, 300_000);
  service = await startService(fleet);
  anna = await signInFirst({ lifeboat }, service.url);
  bob = await signInFirst(
    { lifeboat: (...args) => lifeboat('--tenant', 'blue', ...args) },
    at('blue'),
    'bob',
  );
});

afterAll(async () => {
  await service?.stop();
  await fleet?.[Symbol.asyncDispose]();
});

test('[TN-05] "lifeboat sign-in code --tenant" lets an administrator of that tenant in, at its address alone', async () => {
  expect(await bodyOf(bob.get('api/me'))).toMatchObject({ name: 'bob', bound: true, tenant: 'blue' });
  await expect(signInAs(at('green'), 'bob')).rejects.toThrow(/401|do not go together/);
  const text = await lifeboat('sign-in', 'code', '--tenant', 'green');
  expect(text.stdout).toMatch(/type this code on the sign-in page of the tenant green/);
  const none = await lifeboat('sign-in', 'reset', 'bob', '--tenant', 'green');
  expect(none.stderr).toMatch(/there is no account bob/);
  expect((await lifeboat('sign-in', 'reset', 'bob', '--tenant', 'blue')).status).toBe(0);
});

test('[TN-02] [TN-09] a backup of one tenant lies in its own folder, and the other knows nothing of it', async () => {
  const answer = await bob.send('POST', 'api/backup');
  expect(answer.status, await answer.text()).toBe(202);
  await expect.poll(async () => (await bodyOf(bob.get('api/run'))).run).toBeNull();
  const [archive] = await bodyOf(bob.get('api/archives'));
  expect(await readdir(join(fleet.tenants, 'blue', 'backups'))).toContain(archive.file);
  expect(await bodyOf(fetch(`${at('green')}api/archives`, { headers: { cookie: anna.cookie } }))).toEqual([]);
  const other = await fetch(`${at('green')}api/archives`, { headers: { cookie: bob.cookie } });
  expect(other.status).toBe(404);
  const whole = await bob.get(`api/archives/${archive.file}/file`);
  expect(
    Buffer.from(await whole.arrayBuffer())
      .subarray(0, 2)
      .toString(),
  ).toBe('PK');
});

test('[TN-09] the settings of a tenant: its own keys, never a place; the other keeps his', async () => {
  const saved = await bob.send('PUT', 'api/settings', { values: { keep: '3', frequency: 'Weekly' } });
  expect(saved.status, await saved.clone().text()).toBe(200);
  for (const [key, value] of [
    ['path', join(fleet.tenants, 'green', 'backups')],
    ['state', join(fleet.folder, 'elsewhere')],
    ['journal', join(fleet.tenants, 'green')],
    ['second_path', join(fleet.tenants, 'green', 'backups')],
    ['nice', '5'],
  ] as const) {
    const refused = await bob.send('PUT', 'api/settings', { values: { [key]: value } });
    expect(refused.status, key).toBe(400);
    expect((await bodyOf(refused)).fields[key]).toMatch(/not a tenant's to set/);
  }
  const { values } = await bodyOf(fetch(`${at('green')}api/settings`, { headers: { cookie: anna.cookie } }));
  expect(values).toMatchObject({ keep: '7', frequency: 'Not Use' });
});

test('[TN-04] the plain page of a tenant, by its address', async () => {
  const answer = await bob.get('settings/admin/backup');
  expect(await answer.text()).toContain('Backups of blue');
});

test('the tenants, for an administrator of the service; who did what stands in the journal of each', async () => {
  const { tenants } = await bodyOf(anna.get('api/tenants'));
  expect(tenants).toMatchObject([
    { name: 'blue', problem: null, lastRun: { state: 'done' } },
    { name: 'green', lastRun: null },
  ]);
  const [{ id }] = tenants;
  const journal = join(fleet.state, 'tenants', id, 'logs', 'Backup Journal[001].txt');
  expect(await readFile(journal, 'utf8')).toContain('api: bob: POST /t/blue/api/backup gave 202');
  const { lines } = await bodyOf(bob.get('api/journal?limit=1000'));
  expect(lines.join('\n')).toContain('api: bob: POST /t/blue/api/backup gave 202');
});

test('[BT-07] [TN-09] a client pulls from the address of a tenant with a token of it, and from no other', async () => {
  const made = await bodyOf(
    bob.send('POST', 'api/tokens', { name: 'office', role: 'administrator', days: 1 }),
  );
  const token = join(fleet.folder, 'token');
  const to = join(fleet.folder, 'copies');
  await writeFile(token, made.secret, { mode: 0o600 });
  await mkdir(to);
  const pull = (url: string) => lifeboat('pull', '--server', url, '--token-file', token, '--to', to);
  const ended = await pull(at('blue'));
  expect(ended.stdout, ended.stderr).toMatch(/^pull done: 1 archive fetched, every hash is right$/m);
  for (const url of [at('green'), service.url]) {
    const refused = await pull(url);
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toMatch(/there is nothing at this address/);
  }
});

test('a service that is told to end while a run of a tenant is followed: the run is told as interrupted, the service ends', async () => {
  await using slow = await makeFleet({ profile: `${PLAIN_PROFILE}[hooks]\nbefore = sleep 60\n` });
  await addTenant(slow, 'blue');
  await using waiting = await startService(slow);
  const run = (...args: string[]) =>
    runProgram('service', ['--conf', slow.conf, '--tenant', 'blue', ...args]);
  const url = `${waiting.url}t/blue/`;
  const carl = await signInFirst({ lifeboat: run }, url, 'carl');
  const answer = await fetch(`${url}api/backup`, {
    method: 'POST',
    headers: { cookie: carl.cookie, 'x-lifeboat-csrf': carl.csrf, accept: 'text/event-stream' },
  });
  const ended = once(waiting.process, 'exit');
  waiting.process.kill('SIGTERM');
  expect(await answer.text()).toMatch(/event: ended\ndata: .*"interrupted"/);
  expect((await ended)[0]).toBe(0);
});

function at(tenant: string): string {
  return `${service.url}t/${tenant}/`;
}

function lifeboat(...args: string[]) {
  return runProgram('service', ['--conf', fleet.conf, ...args]);
}
