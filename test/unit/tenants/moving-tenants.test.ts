import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { addTenant, type FleetFolder, makeFleet } from '../../fleet/make-fleet.ts';
import { serveFleet, type TestFleet } from '../../fleet/serve-fleet.ts';

const LONG = { timeout: 20_000 };

/** A backup of a few megabytes takes some seconds. */
const SLOW = `[system]
version = 1.0

[sqlite main]
path = db/main.sqlite
required = yes

[folder uploads]
path = uploads
optional = yes

[backup]
time = 23:45
io_limit = 1
`;

const BYTES = 3_000_000;

let folder: FleetFolder;

beforeEach(async () => {
  folder = await makeFleet({ profile: SLOW, tenants: 'look_every = 1' });
  return () => folder[Symbol.asyncDispose]();
});

const serving = (work: Parameters<typeof serveFleet>[2]) => serveFleet(folder, '2031-03-04T12:00:00Z', work);

const named = (fleet: TestFleet, name: string) => fleet.named(name) ?? expect.fail(`no tenant ${name}`);
const place = (name: string) => join(folder.tenants, name);
const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
const archives = async (name: string) =>
  (await readdir(join(place(name), 'backups')).catch(() => [])).filter((file) => file.endsWith('.zip'));

/** Until something of it is being read. */
async function untilItReads(fleet: TestFleet, id: string): Promise<void> {
  await expect
    .poll(() => fleet.byId(id)?.runs.current()?.progress()?.stage ?? '', LONG)
    .toMatch(/sav|writ|read|copy/i);
}

test('a tenant that is renamed keeps its id, its archives, its journal and its settings', async () => {
  await addTenant(folder, 'acme');
  await serving(async (fleet) => {
    const { id } = named(fleet, 'acme');
    const made = await named(fleet, 'acme').startBackup({}).ended;
    expect(made).toMatchObject({ state: 'done' });
    const never = new AbortController().signal;
    const keep = { section: 'backup', key: 'keep', value: '3' };
    await (await named(fleet, 'acme').compose()).save([keep], never, async () => undefined);
    await rename(place('acme'), place('moved'));
    await expect.poll(() => fleet.list().map(({ name }) => name), LONG).toEqual(['moved']);
    const moved = named(fleet, 'moved');
    expect(moved.id).toBe(id);
    expect(await moved.startBackup({}).ended).toMatchObject({ state: 'done' });
    expect(await archives('moved')).toContain(made.archive);
    const { settings, journal } = await moved.compose();
    expect(settings.backup.keep).toBe(3);
    expect((await readFile(journal.path, 'utf8')).match(/backup: done/g)).toHaveLength(2);
    expect(await isThere(place('acme'))).toBe(false);
    expect(fleet.notices).toEqual([]);
  });
});

test.each(['asked for', 'due'])(
  'one that is renamed while its backup goes on, %s, ends it and has one where it is',
  async (how) => {
    await addTenant(folder, 'acme', BYTES);
    await serving(async (fleet, clock) => {
      const { id } = named(fleet, 'acme');
      if (how === 'due') {
        await expect
          .poll(() => readdir(join(folder.state, 'tenants', id, 'schedule')).catch(() => []), LONG)
          .toHaveLength(1);
        clock.set('2031-03-04T23:45:01Z');
        named(fleet, 'acme').settingsChanged();
      } else named(fleet, 'acme').startBackup({});
      await untilItReads(fleet, id);
      const ended = fleet.byId(id)?.runs.current()?.ended;
      await rename(place('acme'), place('moved'));
      expect(await ended).toMatchObject({ state: 'interrupted' });
      await expect.poll(() => fleet.list().map(({ name }) => name), LONG).toEqual(['moved']);
      await expect.poll(() => fleet.byId(id)?.runs.current(), LONG).toBeUndefined();
      expect(await named(fleet, 'moved').startBackup({}).ended).toMatchObject({ state: 'done' });
      expect(await archives('moved')).toHaveLength(1);
      expect(await isThere(place('acme'))).toBe(false);
      // Somebody moved it: nothing is wrong with it.
      expect(fleet.notices.map(({ kind }) => kind)).toEqual([]);
    });
  },
  40_000,
);

test('one that is taken away while its backup goes on leaves nothing running, and no folder; when it comes back it is the same', async () => {
  await addTenant(folder, 'acme', BYTES);
  await addTenant(folder, 'beta');
  await serving(async (fleet) => {
    const { id } = named(fleet, 'acme');
    const { ended } = named(fleet, 'acme').startBackup({});
    await untilItReads(fleet, id);
    await rename(place('acme'), join(folder.folder, 'kept'));
    expect(await ended).toMatchObject({ state: 'interrupted' });
    await expect.poll(() => fleet.byId(id), LONG).toBeUndefined();
    expect(await named(fleet, 'beta').startBackup({}).ended).toMatchObject({ state: 'done' });
    expect(await isThere(place('acme'))).toBe(false);
    await rename(join(folder.folder, 'kept'), place('acme'));
    await expect.poll(() => fleet.named('acme')?.id, LONG).toBe(id);
    expect(await named(fleet, 'acme').startBackup({}).ended).toMatchObject({ state: 'done' });
  });
}, 40_000);

test('one that is deleted while its backup goes on ends it; a new one in its place is another tenant', async () => {
  await addTenant(folder, 'acme', BYTES);
  await serving(async (fleet) => {
    const { id } = named(fleet, 'acme');
    const { ended } = named(fleet, 'acme').startBackup({});
    await untilItReads(fleet, id);
    await rename(place('acme'), join(folder.folder, 'away'));
    await rm(join(folder.folder, 'away'), { recursive: true });
    expect((await ended).state).not.toBe('done');
    await addTenant(folder, 'acme');
    await expect.poll(() => fleet.named('acme')?.id ?? id, LONG).not.toBe(id);
    expect(await named(fleet, 'acme').startBackup({}).ended).toMatchObject({ state: 'done' });
    await expect.poll(() => fleet.metrics.read({ each: true }), LONG).not.toContain(id);
  });
}, 40_000);
