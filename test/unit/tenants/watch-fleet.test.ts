import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { httpReceiver } from '../../fakes/http-receiver.ts';
import { addTenant, type FleetFolder, makeFleet } from '../../fleet/make-fleet.ts';
import { openTestFleet } from '../../fleet/open-test-fleet.ts';
import { serveFleet } from '../../fleet/serve-fleet.ts';

const PROFILE = `[system]
version = 1.0

[sqlite main]
path = db/main.sqlite
required = yes

[backup]
frequency = Daily
time = 23:45
automation = off

[watch]
max_age = 36 hours
`;

let folder: FleetFolder;

beforeEach(async () => {
  folder = await makeFleet({ profile: PROFILE, tenants: 'look_every = 1' });
  return () => folder[Symbol.asyncDispose]();
});

/** A service from its start to its end, and what it told. */
async function serving(start: string, work: Parameters<typeof serveFleet>[2]): Promise<string[]> {
  const notices = await serveFleet(folder, start, work);
  return notices.map(({ kind, title }) => `${kind}: ${title.split(' (')[0]}`);
}

async function seen(fleet: { metrics: { read(options: { each: boolean }): Promise<string> } }, line: RegExp) {
  await expect.poll(() => fleet.metrics.read({ each: true }), { timeout: 10_000 }).toMatch(line);
}

/** Until the watch has seen a good backup of each. */
async function seenGood(fleet: Parameters<typeof seen>[0], ...names: string[]): Promise<void> {
  for (const name of names) await seen(fleet, new RegExp(`tenant_last_success_bytes\\{.*name="${name}"\\}`));
}

test('[LB-10] a tenant whose backups do not run is told of, once over restarts, and once when it is well again', async () => {
  await addTenant(folder, 'acme');
  await addTenant(folder, 'beta');
  const told = await serving('2031-03-04T12:00:00Z', async (fleet) => {
    for (const name of ['acme', 'beta']) {
      expect(await fleet.named(name)?.startBackup({}).ended).toMatchObject({ state: 'done' });
    }
    await seenGood(fleet, 'acme', 'beta');
  });
  expect(told).toEqual([]);
  // Nothing runs by itself, and nobody but the watch notices.
  const later: string[] = [];
  for (const start of ['2031-03-06T12:00:00Z', '2031-03-06T13:00:00Z', '2031-03-08T12:00:00Z']) {
    later.push(...(await serving(start, (fleet) => seen(fleet, /tenants_alarm\{kind="too-old"\} 2/))));
  }
  expect(later.toSorted()).toEqual(['too-old: acme', 'too-old: beta']);
  const well = await serving('2031-03-08T13:00:00Z', async (fleet) => {
    await fleet.named('acme')?.startBackup({}).ended;
    await seen(fleet, /tenants_alarm\{kind="too-old"\} 1/);
  });
  expect(well).toEqual(['recovered: acme']);
});

test('[LB-10] archives that are gone are told of at once, those that cannot be seen by their age', async () => {
  for (const name of ['gone', 'hidden']) await addTenant(folder, name);
  await serving('2031-03-04T12:00:00Z', async (fleet) => {
    for (const name of ['gone', 'hidden']) await fleet.named(name)?.startBackup({}).ended;
    await seenGood(fleet, 'gone', 'hidden');
  });
  await rm(join(folder.tenants, 'gone', 'backups'), { recursive: true });
  const hidden = join(folder.tenants, 'hidden', 'backups');
  await rm(hidden, { recursive: true });
  await writeFile(hidden, 'no folder');
  expect(
    await serving('2031-03-04T13:00:00Z', (fleet) => seen(fleet, /tenants_alarm\{kind="too-old"\} 1/)),
  ).toEqual(['too-old: gone']);
  // Whoever looks leaves nothing, not even a folder for what is missing.
  expect(await readdir(join(folder.tenants, 'gone'))).not.toContain('backups');
  expect(
    await serving('2031-03-06T13:00:00Z', (fleet) => seen(fleet, /tenants_alarm\{kind="too-old"\} 2/)),
  ).toEqual(['too-old: hidden']);
});

test('[LB-10] a tenant in which nothing changes is as well off as one with a new archive', async () => {
  await writeFile(folder.profile, PROFILE.replace('[watch]', 'only_if_changed = yes\n\n[watch]'));
  await addTenant(folder, 'acme');
  const told: string[] = [];
  for (const start of ['2031-03-04T12:00:00Z', '2031-03-05T12:00:00Z', '2031-03-06T12:00:00Z']) {
    told.push(
      ...(await serving(start, async (fleet) => {
        const { ended } = fleet.named('acme')?.startBackup({}) ?? expect.fail('no tenant');
        expect((await ended).state).toBe(start.startsWith('2031-03-04') ? 'done' : 'skipped');
        await seenGood(fleet, 'acme');
      })),
    );
  }
  told.push(
    ...(await serving('2031-03-07T12:00:00Z', (fleet) => seen(fleet, /tenants_alarm\{kind="too-old"\} 0/))),
  );
  expect(told).toEqual([]);
});

test('of a tenant that is well nothing is kept but one line for all', async () => {
  await addTenant(folder, 'acme');
  await serving('2031-03-04T12:00:00Z', async (fleet) => {
    await fleet.named('acme')?.startBackup({}).ended;
    await seen(fleet, /tenant_last_success_bytes\{/);
  });
  const id = Object.keys(
    JSON.parse(await readFile(join(folder.state, 'tenants', 'watched.json'), 'utf8')).tenants,
  );
  expect(id).toHaveLength(1);
  expect(await readdir(join(folder.state, 'tenants', id[0] ?? ''))).not.toContain('notify');
});

test('a tenant with channels of its own is told of there, once over restarts, and nowhere else', async () => {
  await using chat = await httpReceiver();
  await using monitor = await httpReceiver();
  const channels = join(folder.folder, 'channels');
  await mkdir(channels);
  await writeFile(
    folder.conf,
    (await readFile(folder.conf, 'utf8')).replace('look_every', `channels = ${channels}/*.conf\nlook_every`),
  );
  const [chatUrl, pingUrl] = [join(channels, 'chat-url'), join(channels, 'ping-url')];
  await writeFile(chatUrl, `${chat.url}/hook`, { mode: 0o600 });
  await writeFile(pingUrl, `${monitor.url}/p`, { mode: 0o600 });
  await writeFile(join(channels, 'acme.conf'), `[webhook chat]\nurl_file = ${chatUrl}\n`);
  await writeFile(join(channels, 'beta.conf'), `[ping watch]\nurl_file = ${pingUrl}\n`);
  for (const name of ['acme', 'beta', 'plain'])
    await rm(join(await addTenant(folder, name), 'db', 'main.sqlite'));
  chat.answer = 503;
  const relayed = await serving('2031-03-04T12:00:00Z', async (fleet) => {
    for (const name of ['acme', 'beta', 'plain']) await fleet.named(name)?.startBackup({}).ended;
    await expect.poll(() => monitor.received.map(({ path }) => path)).toContain('/p/fail');
    await expect.poll(() => chat.received.length).toBe(1);
  });
  expect(relayed).toEqual(['incomplete: beta', 'incomplete: plain']);
  chat.answer = 200;
  for (const start of ['2031-03-04T13:00:00Z', '2031-03-04T14:00:00Z']) {
    await serving(start, async (fleet) => {
      await seen(fleet, /tenants_without_good_backup 3/);
      await expect.poll(() => chat.received.length).toBe(2);
    });
  }
  expect(JSON.parse(chat.received[1]?.body ?? '')).toMatchObject({
    kind: 'incomplete',
    system: { name: 'acme (tenant of Fleet)' },
    id: JSON.parse(chat.received[0]?.body ?? '').id,
  });
  expect(monitor.received.filter(({ path }) => path === '/p/fail')).toHaveLength(1);
});

test('a file of channels with mistakes is told and hinders no backup; the service is told in its place', async () => {
  const channels = join(folder.folder, 'channels');
  await mkdir(channels);
  await writeFile(
    folder.conf,
    (await readFile(folder.conf, 'utf8')).replace('look_every', `channels = ${channels}/*.conf\nlook_every`),
  );
  const file = join(channels, 'acme.conf');
  await writeFile(file, '[webhook chat]\nurl_file = relative\n\n[hooks]\nalert = sh\n\n[mail x]\n');
  await rm(join(await addTenant(folder, 'acme'), 'db', 'main.sqlite'));
  await using fleet = await openTestFleet(folder);
  expect(await fleet.named('acme')?.startBackup({}).ended).toMatchObject({ state: 'incomplete' });
  const [mistakes, told] = fleet.notices;
  for (const text of [
    `${file} line 2, [webhook chat] url_file: found "relative"`,
    'line 4, [hooks]',
    'line 7, [mail x] host',
  ]) {
    expect(mistakes?.message).toContain(text);
  }
  expect(told).toMatchObject({ kind: 'incomplete', title: expect.stringContaining('acme') });
});
