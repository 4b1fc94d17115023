import { expect } from 'vitest';
import type { Notice } from '#notify/notice.ts';
import { type Clock, systemClock } from '#platform/clock.ts';
import { readSettings } from '#settings/read-settings.ts';
import { composeSystem } from '../../apps/service/compose/compose-system.ts';
import { type Fleet, openFleet } from '../../apps/service/tenants/open-fleet.ts';
import type { FleetFolder } from './make-fleet.ts';

/** The fleet of a service that is not there: what it would tell people is in `notices`. */
export async function openTestFleet(
  { conf }: FleetFolder,
  { clock = systemClock() }: { clock?: Clock } = {},
): Promise<Fleet & { notices: Notice[] }> {
  const environment = {};
  const system = await composeSystem({ conf, state: undefined, environment, clock });
  const silent = () => undefined;
  const notices: Notice[] = [];
  const fleet = await openFleet({
    settings: system.settings.tenants ?? expect.fail('no [tenants]'),
    readSettings: async () => (await readSettings(conf)).tenants,
    changed: silent,
    ...{ system, clock, environment },
    notifier: { relay: (more) => void notices.push(...more) },
    log: { error: silent, warn: silent, info: silent, debug: silent },
    signal: new AbortController().signal,
  });
  return { ...fleet, notices };
}
