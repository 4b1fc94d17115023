import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type HttpReceiver, httpReceiver } from '../fakes/http-receiver.ts';
import { addTenant, type FleetFolder, makeFleet } from '../fleet/make-fleet.ts';
import { runProgram } from './run-program.ts';
import { type Browser, bodyOf, signInFirst } from './sign-in.ts';
import { startService } from './start-service.ts';

const LONG = { timeout: 20_000 };

let fleet: FleetFolder;

beforeEach(async () => {
  fleet = await makeFleet({ tenants: 'look_every = 1\ntell_every = 2' });
  return () => fleet[Symbol.asyncDispose]();
});

const lifeboat = (...args: string[]) => runProgram('service', ['--conf', fleet.conf, ...args]);

/** Changes the service's own conf as somebody does it with an editor. */
async function edit(change: (text: string) => string): Promise<void> {
  await writeFile(fleet.conf, change(await readFile(fleet.conf, 'utf8')));
}

async function tell(chat: HttpReceiver): Promise<void> {
  const url = join(fleet.folder, 'chat-url');
  await writeFile(url, chat.url, { mode: 0o600 });
  await edit((text) => `${text}\n[webhook chat]\nurl_file = ${url}\n`);
}

async function tokenOf(person: Browser, role = 'viewer'): Promise<Record<string, string>> {
  const { secret } = await bodyOf(person.send('POST', 'api/tokens', { name: 'scraper', role, days: 1 }));
  return { authorization: `Bearer ${secret}` };
}

test('[TN-09] metrics: sums for everybody, series that name tenants for people and tokens of the service alone', async () => {
  for (const name of ['blue', 'green']) await addTenant(fleet, name, 50_000);
  await using service = await startService(fleet);
  const anna = await signInFirst({ lifeboat }, service.url);
  const blue = `${service.url}t/blue/`;
  const bob = await signInFirst(
    { lifeboat: (...args) => lifeboat('--tenant', 'blue', ...args) },
    blue,
    'bob',
  );
  expect(await lifeboat('backup', '--tenant', 'green')).toMatchObject({ status: 0 });
  const read = async (headers: Record<string, string> = {}) =>
    await (await fetch(`${service.url}metrics`, { headers })).text();
  const [own, others] = [await tokenOf(anna), await tokenOf(bob)];
  await expect
    .poll(() => read(own), LONG)
    .toMatch(/lifeboat_tenant_last_success_bytes\{.*name="green"\} \d{3,}/);
  const all = await read(own);
  for (const line of [
    /^lifeboat_tenant_last_success_timestamp_seconds\{tenant="[0-9a-f-]{36}",name="green"\} \d{10}/m,
    /^lifeboat_tenant_backups_total\{.*name="green",outcome="done"\} 1$/m,
    /^lifeboat_tenant_alarm\{.*name="blue",kind="too-old"\} 0$/m,
    /^lifeboat_tenants\{state="served"\} 2$/m,
    /^lifeboat_tenants_without_good_backup 1$/m,
    /^lifeboat_tenants_runs_total\{operation="backup",outcome="done"\} 1$/m,
  ])
    expect(all).toMatch(line);
  expect(await read({ cookie: anna.cookie })).toContain('name="green"');
  for (const stranger of [{}, others, { cookie: bob.cookie }]) {
    const text = await read(stranger);
    expect(text).toMatch(/^lifeboat_tenants\{state="served"\} 2$/m);
    expect(text).not.toMatch(/"blue"|"green"|lifeboat_tenant_/);
  }
  expect((await fetch(`${blue}metrics`, { headers: others })).status).toBe(404);
});

test('[TN-09] [FD-08] tenants that break together are told of in few messages, each once, over a kill of the service', async () => {
  await using chat = await httpReceiver();
  await tell(chat);
  const names = Array.from({ length: 5 }, (_, index) => `t${index}`);
  for (const name of names) await rm(join(await addTenant(fleet, name), 'db', 'main.sqlite'));
  await addTenant(fleet, 'good');
  const told = () =>
    chat.received.flatMap(({ body }) => {
      const { gathered, ...alone } = JSON.parse(body);
      return (gathered ?? [alone]).map(
        ({ kind, system }: { kind: string; system: { name: string } }) =>
          `${kind} ${system.name.split(' ')[0]}`,
      );
    });
  {
    await using service = await startService(fleet);
    await Promise.all([...names, 'good'].map((name) => lifeboat('backup', '--tenant', name)));
    service.process.kill('SIGKILL');
  }
  {
    await using _service = await startService(fleet);
    await expect
      .poll(() => told().toSorted(), LONG)
      .toEqual(names.map((name) => `incomplete ${name}`).toSorted());
  }
  expect(chat.received.length).toBeLessThan(4);
  await using _again = await startService(fleet);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(told()).toHaveLength(5);
  expect(JSON.stringify(chat.received)).not.toContain('good (tenant');
});

test('[tenants] is read again: added, led elsewhere, with mistakes, taken out; nobody starts anything anew', async () => {
  const section = (text: string) => text.slice(text.indexOf('[tenants]'));
  const kept = section(await readFile(fleet.conf, 'utf8'));
  await edit((text) => `${text.replace(kept, '')}[file profile]\npath = tenant.conf\n`);
  await addTenant(fleet, 'acme');
  await using chat = await httpReceiver();
  await tell(chat);
  await using service = await startService(fleet);
  const anna = await signInFirst({ lifeboat }, service.url);
  const names = async () =>
    (await bodyOf(anna.get('api/tenants'))).tenants.map(({ name }: { name: string }) => name);
  expect(await names()).toEqual([]);
  expect((await anna.get('t/acme/api/status')).status).toBe(404);
  await edit((text) => `${text}\n${kept}`);
  // As the page does when it saves, and the command line.
  expect(await lifeboat('settings', 'keep=9')).toMatchObject({ status: 0 });
  await expect.poll(names, LONG).toEqual(['acme']);
  expect((await anna.get('t/acme/api/status')).status).toBe(200);
  const elsewhere = join(fleet.folder, 'elsewhere');
  await mkdir(elsewhere);
  await rename(join(fleet.tenants, 'acme'), join(elsewhere, 'acme'));
  await addTenant({ ...fleet, tenants: elsewhere }, 'beta');
  await edit((text) =>
    text.replace(`folder = ${fleet.tenants}/*`, `folder = ${elsewhere}/*\nhost = *.app.example.org`),
  );
  await expect.poll(names, LONG).toEqual(['acme', 'beta']);
  await edit((text) => text.replace('look_every = 1', 'look_every = often'));
  await expect.poll(() => JSON.stringify(chat.received), LONG).toContain('look_every');
  expect(await names()).toEqual(['acme', 'beta']);
  await edit((text) => text.replace(section(text), ''));
  await expect.poll(names, LONG).toEqual([]);
  expect((await anna.get('t/acme/api/status')).status).toBe(404);
});

test('[LB-10] what a command of its own notices of a tenant is sent by the service, and not told again', async () => {
  await using chat = await httpReceiver();
  await tell(chat);
  await rm(join(await addTenant(fleet, 'acme'), 'db', 'main.sqlite'));
  expect((await lifeboat('backup', '--tenant', 'acme')).status).not.toBe(0);
  expect(chat.received).toEqual([]);
  await using _service = await startService(fleet);
  const titles = () => chat.received.map(({ body }) => JSON.parse(body).title);
  await expect.poll(titles, LONG).toEqual(['acme (tenant of Fleet): backup incomplete']);
  expect(await lifeboat('watch', '--tenant', 'acme')).toMatchObject({ status: 0 });
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(titles()).toHaveLength(1);
});

test('[LB-10] the list of tenants shows the alarms of each, and those among the ones with trouble', async () => {
  await writeFile(
    fleet.profile,
    (await readFile(fleet.profile, 'utf8')).replace('[backup]', '[watch]\nmax_age = 1 hours\n\n[backup]'),
  );
  for (const name of ['acme', 'beta']) {
    await addTenant(fleet, name);
    expect(await lifeboat('backup', '--tenant', name)).toMatchObject({ status: 0 });
  }
  {
    await using service = await startService(fleet);
    await expect
      .poll(async () => await (await fetch(`${service.url}metrics`)).text(), LONG)
      .toMatch(/tenants_last_success_bytes [1-9]/);
  }
  await rm(join(fleet.tenants, 'acme', 'backups'), { recursive: true });
  await using service = await startService(fleet);
  const anna = await signInFirst({ lifeboat }, service.url);
  const troubled = async () => (await bodyOf(anna.get('api/tenants?trouble=yes'))).tenants;
  await expect.poll(async () => (await troubled()).length, LONG).toBe(1);
  expect(await troubled()).toMatchObject([
    {
      name: 'acme',
      alarms: [{ kind: 'too-old', since: expect.any(String), message: 'there is no good backup any more' }],
    },
  ]);
  const { tenants } = await bodyOf(anna.get('api/tenants'));
  expect(tenants.map(({ alarms }: { alarms: unknown[] }) => alarms.length)).toEqual([1, 0]);
});
