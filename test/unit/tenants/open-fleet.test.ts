import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { addTenant, type FleetFolder, makeFleet } from '../../fleet/make-fleet.ts';
import { openTestFleet } from '../../fleet/open-test-fleet.ts';
import { setClock } from '../../fleet/set-clock.ts';

const DAILY = `[system]
version = 1.0

[sqlite main]
path = db/main.sqlite
required = yes

[backup]
time = 23:45
`;

let folder: FleetFolder;
let opened: AsyncDisposableStack;

beforeEach(async () => {
  opened = new AsyncDisposableStack();
  folder = await makeFleet({ profile: DAILY, tenants: 'look_every = 1\nhost = *.app.example.org' });
  return async () => {
    await opened.disposeAsync();
    await folder[Symbol.asyncDispose]();
  };
});

test('a tenant is found by its name, its id and its host', async () => {
  await addTenant(folder, 'acme');
  await addTenant(folder, 'Beta-Co');
  await using fleet = await openTestFleet(folder);
  expect(fleet.list().map(({ name }) => name)).toEqual(['Beta-Co', 'acme']);
  const acme = fleet.named('acme');
  expect(acme?.tenant).toMatchObject({ name: 'acme', root: join(folder.tenants, 'acme') });
  expect(fleet.byId(acme?.id ?? '')).toBe(acme);
  expect(fleet.byHost('ACME.app.example.org:8080')).toBe(acme);
  expect(fleet.byHost('beta-co.app.example.org')).toBe(fleet.named('Beta-Co'));
  for (const host of ['acme.example.org', 'app.example.org', '.app.example.org', 'x.acme.app.example.org'])
    expect(fleet.byHost(host)).toBeUndefined();
  expect(fleet.named('constructor')).toBeUndefined();
});

test('[TN-02] an archive lies in the tenant’s own root', async () => {
  const root = await addTenant(folder, 'acme');
  await using fleet = await openTestFleet(folder);
  const outcome = await fleet.named('acme')?.startBackup({}).ended;
  expect(outcome).toMatchObject({ state: 'done' });
  expect(await readdir(join(root, 'backups'))).toContain(outcome?.archive);
});

test('[TN-12] [TN-09] in the second place of all each has a folder of its own', async () => {
  const second = join(folder.folder, 'second');
  await writeFile(folder.profile, `${DAILY}second_path = ${second}\n`);
  await mkdir(second);
  for (const name of ['acme', 'beta']) await addTenant(folder, name);
  await using fleet = await openTestFleet(folder);
  for (const name of ['acme', 'beta']) {
    const system = fleet.named(name) ?? expect.fail('no tenant');
    const { archive } = await system.startBackup({}).ended;
    const files = await readdir(join(second, system.id));
    expect(files.filter((file) => file.endsWith('.zip'))).toEqual([archive]);
  }
});

describe('while it runs', () => {
  test('[TN-07] each tenant is backed up when it is due by its own settings', async () => {
    await addTenant(folder, 'acme');
    await addTenant(folder, 'often');
    const { fleet, clock, states } = await running('2031-03-04T12:00:00Z');
    const settings = await fleet.named('often')?.compose();
    await settings?.save(
      [{ section: 'backup', key: 'every', value: '2 hours' }],
      new AbortController().signal,
      async () => undefined,
    );
    fleet.named('often')?.settingsChanged();
    await expect.poll(() => states('acme')).toBeDefined();
    await expect
      .poll(async () => (await states('often'))?.schedule)
      .toMatchObject({ unit: 'hours', count: 2 });
    clock.set('2031-03-04T14:01:00Z');
    fleet.named('often')?.settingsChanged();
    await expect.poll(() => archives('often')).toBe(1);
    expect(await archives('acme')).toBe(0);
    clock.set('2031-03-04T23:45:01Z');
    fleet.named('acme')?.settingsChanged();
    await expect.poll(() => archives('acme')).toBe(1);
  });

  test('a folder that is new is served, one that is renamed goes on, one that is gone is not', async () => {
    await addTenant(folder, 'acme');
    const { fleet, clock, states } = await running('2031-03-04T12:00:00Z');
    const { id } = fleet.named('acme') ?? expect.fail('no tenant');
    await addTenant(folder, 'new');
    await rename(join(folder.tenants, 'acme'), join(folder.tenants, 'acme-2'));
    await expect.poll(() => fleet.list().map(({ name }) => name)).toEqual(['acme-2', 'new']);
    expect(fleet.byId(id)?.tenant?.name).toBe('acme-2');
    await expect.poll(() => states('new')).toBeDefined();
    clock.set('2031-03-04T23:45:01Z');
    fleet.byId(id)?.settingsChanged();
    await expect.poll(() => archives('acme-2')).toBe(1);
    await expect.poll(() => fleet.byId(id)?.runs.current()).toBeUndefined();
    await rm(join(folder.tenants, 'acme-2'), { recursive: true });
    await expect.poll(() => fleet.byId(id)).toBeUndefined();
  });

  test('a profile with mistakes is told, and the one before holds', async () => {
    await addTenant(folder, 'acme');
    const { fleet } = await running('2031-03-04T12:00:00Z');
    await writeFile(folder.profile, DAILY.replace('23:45', '25:00'));
    await expect.poll(() => fleet.notices.map(({ message }) => message).join()).toContain('[backup] time');
    expect(fleet.list()[0]?.problem).toContain(`${folder.profile} line 9`);
    expect(await fleet.named('acme')?.startBackup({}).ended).toMatchObject({ state: 'done' });
    await writeFile(folder.profile, DAILY.replace('23:45', '03:00'));
    await expect.poll(() => fleet.list()[0]?.problem).toBeUndefined();
    expect((await fleet.named('acme')?.compose())?.settings.backup.time).toBe('03:00');
  });

  test('a folder of tenants that is not there for a while takes nobody away', async () => {
    await addTenant(folder, 'acme');
    const { fleet } = await running('2031-03-04T12:00:00Z');
    await rename(folder.tenants, `${folder.tenants}-away`);
    await expect.poll(() => fleet.notices.map(({ message }) => message).join()).toContain('cannot be read');
    expect(fleet.named('acme')).toBeDefined();
    await rename(`${folder.tenants}-away`, folder.tenants);
    expect(await fleet.named('acme')?.startBackup({}).ended).toMatchObject({ state: 'done' });
  });
});

describe('what goes wrong with a tenant', () => {
  test('is told through the service’s channels with the tenant’s name: failure, alarm, and that it is good again', async () => {
    const root = await addTenant(folder, 'acme');
    await addTenant(folder, 'beta');
    await using fleet = await openTestFleet(folder);
    const back = async (name: string) => await fleet.named(name)?.startBackup({}).ended;
    await back('acme');
    expect(fleet.notices).toEqual([]);
    await rename(join(root, 'backups'), join(root, 'away'));
    await writeFile(join(root, 'backups'), '');
    await back('acme');
    await back('acme');
    await back('beta');
    await rm(join(root, 'backups'));
    await back('acme');
    expect(fleet.notices.map(({ kind, title }) => `${kind}: ${title}`)).toEqual([
      'failure: acme (tenant of Fleet): backup failed',
      'alert: acme (tenant of Fleet): ALARM: backups keep failing',
      'recovered: acme (tenant of Fleet): backups are good again',
    ]);
    expect(new Set(fleet.notices.map(({ id }) => id)).size).toBe(3);
  });

  test('a copied folder is told once, and shown with its problem', async () => {
    await addTenant(folder, 'acme');
    await using fleet = await openTestFleet(folder);
    await cp(join(folder.tenants, 'acme'), join(folder.tenants, 'copy'), { recursive: true });
    const stop = new AbortController();
    const run = fleet.run(stop.signal);
    await expect.poll(() => fleet.list().length).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    stop.abort();
    await run;
    expect(fleet.notices.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the tenant copy gets no backup: .*holds the id of/),
    ]);
    expect(fleet.named('copy')).toBeUndefined();
    expect(fleet.list().find(({ name }) => name === 'copy')?.problem).toContain('remove that file');
  });

  test('damage to one is journaled with it alone', async () => {
    const root = await addTenant(folder, 'acme');
    await rm(join(root, 'db', 'main.sqlite'));
    await mkdir(join(root, 'backups'));
    await using fleet = await openTestFleet(folder);
    expect(await fleet.named('acme')?.startBackup({}).ended).toMatchObject({ state: 'incomplete' });
    const { journal } = (await fleet.named('acme')?.compose()) ?? expect.fail('no tenant');
    expect(await readFile(journal.path, 'utf8')).toMatch(/acme {2}backup: incomplete/);
  });
});

/** A fleet whose schedules run until the test is over. */
async function running(start: string) {
  const clock = setClock(start);
  const fleet = await openTestFleet(folder, { clock });
  const stop = new AbortController();
  const run = fleet.run(stop.signal);
  opened.defer(async () => {
    stop.abort(new Error('over'));
    await run;
    await fleet[Symbol.asyncDispose]();
  });
  const states = async (name: string) => {
    const id = fleet.named(name)?.id ?? '';
    const path = join(folder.state, 'tenants', id, 'schedule', `${id}.json`);
    return await readFile(path, 'utf8').then(
      (text) => JSON.parse(text),
      () => undefined,
    );
  };
  return { fleet, clock, states };
}

async function archives(name: string): Promise<number> {
  const files = await readdir(join(folder.tenants, name, 'backups')).catch(() => []);
  return files.filter((file) => file.endsWith('.zip')).length;
}
