import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { damageMember } from '../../fakes/damage-archive.ts';
import { addTenant, type FleetFolder, makeFleet } from '../../fleet/make-fleet.ts';
import { serveFleet, type TestFleet } from '../../fleet/serve-fleet.ts';

const LONG = { timeout: 20_000 };

const PROFILE = `[system]
version = 1.0

[sqlite main]
path = db/main.sqlite
required = yes

[canary note]
of = sqlite/main
query = SELECT COUNT(*) FROM note
at_least = 1

[backup]
frequency = Weekly
time = 23:45

[drill]
frequency = Daily
time = 03:00
`;

let folder: FleetFolder;

beforeEach(async () => {
  folder = await makeFleet({ profile: PROFILE, tenants: 'look_every = 1\nat_once = 1' });
  return () => folder[Symbol.asyncDispose]();
});

const serving = (work: Parameters<typeof serveFleet>[2]) => serveFleet(folder, '2031-03-04T12:00:00Z', work);

const named = (fleet: TestFleet, name: string) => fleet.named(name) ?? expect.fail(`no tenant ${name}`);

const stateOf = (fleet: TestFleet, name: string, ...below: string[]) =>
  join(folder.state, 'tenants', named(fleet, name).id, ...below);

async function journalOf(fleet: TestFleet, name: string): Promise<string> {
  return await readFile(stateOf(fleet, name, 'logs', 'Backup Journal[001].txt'), 'utf8').catch(() => '');
}

const drillsIn = (journal: string) =>
  [...journal.matchAll(/^(\S+ \S+).* drill: (started|interrupted|done|failed)/gm)].map(([, at, what]) => ({
    at,
    what,
  }));

/** Until its schedules are begun, so that what is due later is not taken for missed. */
async function begun(fleet: TestFleet, ...names: string[]): Promise<void> {
  for (const name of names) {
    await expect.poll(() => readdir(stateOf(fleet, name, 'schedule')).catch(() => []), LONG).toHaveLength(2);
  }
}

test('[LB-03] drills of tenants are made when their profile says so, one at a time, and tell what is red', async () => {
  const names = ['acme', 'beta', 'bad'];
  for (const name of names) await addTenant(folder, name, 200_000);
  await serving(async (fleet, clock) => {
    for (const name of names) await named(fleet, name).startBackup({}).ended;
    const [archive = ''] = (await readdir(join(folder.tenants, 'bad', 'backups'))).filter((file) =>
      file.endsWith('.zip'),
    );
    await damageMember(join(folder.tenants, 'bad', 'backups', archive), 'sqlite/main');
    await begun(fleet, ...names);
    clock.set('2031-03-05T03:00:01Z');
    for (const name of names) named(fleet, name).settingsChanged();
    let most = 0;
    await expect
      .poll(
        async () => {
          const running = names.filter((name) => named(fleet, name).runs.current() !== undefined);
          most = Math.max(most, running.length);
          const ends = await Promise.all(
            names.map(async (name) => drillsIn(await journalOf(fleet, name)).at(-1)?.what),
          );
          return ends.join();
        },
        { ...LONG, interval: 5 },
      )
      .toBe('done,done,failed');
    expect(most).toBe(1);
    await expect
      .poll(() => fleet.notices.map(({ kind, title }) => `${kind} ${title.split(' ')[0]}`))
      .toEqual(['drill-failed bad']);
    await expect
      .poll(() => fleet.metrics.read({ each: true }))
      .toMatch(/alarm\{.*name="bad",kind="drill-failed"\} 1/);
  });
});

test('[LB-03] none is scheduled where the profile has none, and none that is gone from it goes on', async () => {
  await writeFile(folder.profile, PROFILE.replace('frequency = Daily', 'frequency = Not Use'));
  await addTenant(folder, 'acme');
  await serving(async (fleet) => {
    await expect
      .poll(() => readdir(stateOf(fleet, 'acme', 'schedule')).catch(() => []), LONG)
      .toEqual([`${named(fleet, 'acme').id}.json`]);
    expect(await named(fleet, 'acme').startBackup({}).ended).toMatchObject({ state: 'done' });
    expect(await named(fleet, 'acme').startDrill().ended).toMatchObject({
      state: 'done',
      operation: 'drill',
    });
  });
});

test('[LB-03] a backup never waits for a drill of its tenant: the drill makes way, and begins again', async () => {
  await addTenant(folder, 'acme', 3_000_000);
  await writeFile(folder.profile, `${PROFILE}io_limit = 1\n`);
  await serving(async (fleet, clock) => {
    const acme = named(fleet, 'acme');
    expect(await acme.startBackup({}).ended).toMatchObject({ state: 'done' });
    await begun(fleet, 'acme');
    clock.set('2031-03-05T03:00:01Z');
    acme.settingsChanged();
    await expect.poll(() => acme.runs.current()?.what, LONG).toMatch(/drill/);
    const asked = acme.startBackup({});
    expect(await asked.ended).toMatchObject({ state: 'done', operation: 'backup' });
    await expect
      .poll(async () => drillsIn(await journalOf(fleet, 'acme')).map(({ what }) => what), LONG)
      .toEqual(['started', 'interrupted', 'started', 'done']);
    expect(fleet.notices).toEqual([]);
  });
});

test('[LB-03] a drill that was asked for waits while backups wait for their turn', async () => {
  for (const name of ['a', 'b', 'c', 'd']) await addTenant(folder, name, 4_000_000);
  await serving(async (fleet) => {
    await named(fleet, 'd').startBackup({}).ended;
    const order: string[] = [];
    const noted = (name: string, run: { ended: Promise<{ state: string }> }) =>
      run.ended.then(({ state }) => void order.push(`${name} ${state}`));
    const backups = ['a', 'b', 'c'].map((name) => noted(name, named(fleet, name).startBackup({})));
    const drill = named(fleet, 'd').startDrill();
    await Promise.all([...backups, noted('drill', drill)]);
    // The last of them runs while the drill begins.
    expect(order.slice(0, 2)).toEqual(['a done', 'b done']);
    expect(order.toSorted()).toEqual(['a done', 'b done', 'c done', 'drill done']);
  });
});
