import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CatalogEntry, listArchives } from '#catalog/list-archives.ts';
import type { TenantFacts } from '#metrics/fleet-metrics.ts';
import { alarmsOf } from '#notify/alarms-of.ts';
import { NOTHING_YET } from '#notify/memory.ts';
import type { Clock } from '#platform/clock.ts';
import { systemErrorCode } from '#platform/errors.ts';
import { nextRun } from '#schedule/next-run.ts';
import { scheduleOf } from '#settings/scheduler-settings.ts';
import { ageLimit } from '#watch/age-limit.ts';
import { lastGood } from '#watch/last-good.ts';
import { type WatchParts, watchAge } from '#watch/watch-age.ts';
import { lastGoodOf } from '../status/last-good-of.ts';
import { composeTenant } from './compose-tenant.ts';
import type { TenantGround } from './ground-of.ts';
import type { KeptAges } from './open-ages.ts';
import { requirePlainBackups } from './require-plain-backups.ts';
import type { Told } from './tell-of-tenant.ts';
import type { Tenant } from './tenant.ts';

/**
 * LB-10: one look at the age of a tenant's last good backup; raises the alarm, or takes it back. Its archives are
 * listed once, for the metrics too; nothing is written where nothing has changed.
 */
export async function lookAtTenant(
  tenant: Tenant,
  { ground, told, ages, clock }: { ground: TenantGround; told: Told; ages: KeptAges; clock: Clock },
  signal: AbortSignal,
): Promise<TenantFacts> {
  const { id, root } = tenant;
  const { settings, destination } = await composeTenant(tenant, ground);
  const nextDue = (after: Temporal.Instant) =>
    nextRun(scheduleOf(settings.backup), after, clock.zone(), after);
  let archives: readonly CatalogEntry[] = [];
  await watchAge(
    {
      clock,
      limit: () => ageLimit(settings.watch.maxAge, nextDue, clock.now()),
      async readLastGood() {
        archives = (await hasBackups(root)) ? await listArchives(destination, signal) : [];
        return lastGood(archives, id, clock.now());
      },
      change: changeOf(id, told, ages),
    },
    signal,
  );
  return {
    lastGood: lastGoodOf(archives, id, clock.now()),
    alarms: alarmsOf((await told.memory()) ?? NOTHING_YET).map(({ kind }) => kind),
  };
}

/** Where it has none yet, or none any more, none is made: whoever looks leaves nothing. */
async function hasBackups(root: string): Promise<boolean> {
  const backups = join(root, 'backups');
  await lstat(root);
  try {
    await lstat(backups);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
  await requirePlainBackups(backups);
  return true;
}

/** What is remembered of every tenant lies in one file; what was told lies with the tenant, and is opened for an event alone. */
function changeOf(id: string, told: Told, ages: KeptAges): WatchParts['change'] {
  return async (how) => {
    const kept = ages.of(id);
    const { event, memory } = how({ ...((await told.memory()) ?? NOTHING_YET), ...kept });
    if (event !== undefined) {
      await told.change((before) => {
        const { memory: after, ...told } = how({ ...before, ...kept });
        const { watchedSince: _w, lastGood: _l, unchangedAt: _u, ...rest } = after;
        return { ...told, memory: rest };
      });
    }
    // After it was told: a watch that is killed between tells it once, and not never.
    ages.keep(id, memory);
  };
}
