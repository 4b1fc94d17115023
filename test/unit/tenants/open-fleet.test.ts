import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { composeSystem } from '../../../apps/service/compose.ts';
import { type Fleet, openFleet } from '../../../apps/service/tenants/open-fleet.ts';
import { addTenant, type FleetFolder, makeFleet } from './make-fleet.ts';

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

async function openTestFleet({ conf }: FleetFolder): Promise<Fleet> {
  const environment = {};
  const clock = systemClock();
  const system = await composeSystem({ conf, state: undefined, environment, clock });
  const silent = () => undefined;
  return await openFleet({
    settings: system.settings.tenants ?? expect.fail('no [tenants]'),
    system,
    clock,
    environment,
    notifier: { relay: silent },
    signal: new AbortController().signal,
    log: { error: silent, warn: silent, info: silent, debug: silent },
  });
}
