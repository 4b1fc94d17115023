import { spawnSync } from 'node:child_process';
import { lstat, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ServedSystem } from '../../../apps/service/api/served-system.ts';
import { addTenant, makeFleet } from '../../fleet/make-fleet.ts';
import { openTestFleet } from '../../fleet/open-test-fleet.ts';

describe('[TN-09] what a tenant writes into its root leads no backup out of it', () => {
  test.each([
    ['its database is a link to another tenant’s', linkFile('db/main.sqlite', 'db/main.sqlite')],
    ['the folder of its database is a link', linkFile('db', 'db')],
    ['the companion of its database is a link', linkFile('db/main.sqlite-wal', 'db/main.sqlite')],
    ['a folder that is saved is a link', linkFile('uploads', 'db')],
    ['a link to what does not exist yet', linkFile('uploads', 'not-yet')],
    ['a link round about through its own folders', linkFile('uploads', '../acme/../victim/db')],
  ])('%s', async (_what, lead) => {
    const { outcome, archives } = await backUpAfter(lead);
    expect(outcome).toMatchObject({ state: 'failed', code: 'not-allowed' });
    expect(outcome?.message).toContain("leads out of the tenant's root");
    expect(archives).toEqual([]);
  });

  test.each([
    ['its folder of backups is a link', linkFile('backups', 'backups')],
    ['what Lifeboat keeps in it is a link', linkFile('backups/.lifeboat', 'backups/.lifeboat')],
    ['its history is a link', linkFile('backups/backupHistory.json', 'backups/backupHistory.json')],
    ['a summary is a pipe, which would be waited for', pipeAt('backups/.lifeboat/x.zip.json')],
  ])('%s: nothing of it is shown or written', async (_what, lead) => {
    const { outcome, served } = await backUpAfter(lead);
    expect(outcome).toMatchObject({ state: 'failed', code: 'not-allowed' });
    await expect(served.compose()).rejects.toMatchObject({ code: 'not-allowed' });
  });

  test('a link within its root is no harm', async () => {
    const { outcome } = await backUpAfter(async ({ root }) => {
      await rename(join(root, 'db'), join(root, 'real'));
      await symlink('real', join(root, 'db'));
    });
    expect(outcome).toMatchObject({ state: 'done' });
  });

  test.each([
    ['upwards', '../victim/db/main.sqlite'],
    ['to another place', '/etc/hostname'],
  ])('a profile that leads %s', async (_what, path) => {
    const profile = `[system]\nversion = 1\n\n[file other]\npath = ${path}\n`;
    const { outcome } = await backUpAfter(async () => undefined, profile);
    expect(outcome).toMatchObject({ state: 'failed', code: 'not-allowed' });
  });

  test('a version that is read from another tenant’s file', async () => {
    const profile = '[system]\nversion_file = VERSION\n\n[sqlite main]\npath = db/main.sqlite\n';
    const { outcome } = await backUpAfter(async (places) => {
      await writeFile(join(places.victim, 'VERSION'), 'secret');
      await linkFile('VERSION', 'VERSION')(places);
    }, profile);
    expect(outcome).toMatchObject({ state: 'failed', code: 'not-allowed' });
  });
});

interface Places {
  root: string;
  victim: string;
}

/** A link in the tenant's root to something of another's. */
function linkFile(from: string, to: string) {
  return async ({ root, victim }: Places) => {
    const path = join(root, from);
    await rm(path, { recursive: true, force: true });
    await mkdir(join(path, '..'), { recursive: true });
    await symlink(join(victim, to), path);
  };
}

function pipeAt(at: string) {
  return async ({ root }: Places) => {
    await mkdir(join(root, at, '..'), { recursive: true });
    expect(spawnSync('mkfifo', [join(root, at)]).status).toBe(0);
  };
}

/** Another tenant has an archive by then. */
async function backUpAfter(lead: (places: Places) => Promise<void>, profile?: string) {
  const folder = await makeFleet(profile === undefined ? {} : { profile });
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const root = await addTenant(folder, 'acme');
  const victim = await addTenant(folder, 'victim');
  const fleet = await openTestFleet(folder);
  const other = fleet.named('victim') ?? expect.fail('no tenant');
  await other.startBackup({}).ended;
  const before = await victimHas(other);
  await lead({ root, victim });
  const served = fleet.named('acme') ?? expect.fail('no tenant');
  const outcome = await served.startBackup({}).ended;
  expect(await victimHas(other)).toEqual(before);
  const backups = await readdir(join(root, 'backups')).catch(() => []);
  const own = (await lstat(join(root, 'backups'))).isSymbolicLink() ? [] : backups;
  return { outcome, served, archives: own.filter((name) => name.endsWith('.zip')) };
}

/** What the other tenant's folder of backups holds, and its history. */
async function victimHas(other: ServedSystem) {
  const { destination, history } = await other.compose();
  return { history: (await history.read())?.backups, files: (await readdir(destination.place)).sort() };
}
