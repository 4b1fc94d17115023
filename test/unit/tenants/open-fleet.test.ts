import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addTenant, makeFleet } from '../../fleet/make-fleet.ts';
import { openTestFleet } from '../../fleet/open-test-fleet.ts';

test('each folder is a tenant that can be backed up into its own root', async () => {
  await using folder = await makeFleet({ tenants: 'host = *.app.example.org' });
  const root = await addTenant(folder, 'acme');
  await addTenant(folder, 'Beta Co');
  await using fleet = await openTestFleet(folder);
  expect(fleet.list().map(({ name }) => name)).toEqual(['Beta Co', 'acme']);
  const acme = fleet.named('acme');
  expect(fleet.byHost('acme.app.example.org:8080')).toBe(acme);
  expect(fleet.byHost('acme.example.org')).toBeUndefined();
  expect(fleet.byId(acme?.id ?? '')).toBe(acme);
  const outcome = await acme?.startBackup({}).ended;
  expect(outcome).toMatchObject({ state: 'done' });
  expect(await readdir(join(root, 'backups'))).toContain(outcome?.archive);
});
