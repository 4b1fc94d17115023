import { type FleetCounts, type FleetMetrics, fleetMetrics } from '#metrics/fleet-metrics.ts';
import type { Clock } from '#platform/clock.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import type { SchedulerParts } from '#schedule/open-schedule.ts';
import type { FleetMember } from '../api/served-system.ts';
import { drillScheduleId } from '../drill/drill-schedule-id.ts';
import { drillTurns } from './drill-turns.ts';
import type { FleetParts } from './fleet-parts.ts';
import { groundOf } from './ground-of.ts';
import { keepChannels } from './keep-channels.ts';
import { keepProfile } from './keep-profile.ts';
import type { KeptSettings } from './keep-settings.ts';
import { knownTenants } from './known-tenants.ts';
import { lookAtTenant } from './look-at-tenant.ts';
import { openAges } from './open-ages.ts';
import { type Members, openMembers } from './open-members.ts';
import type { OpenTenant } from './open-tenant.ts';
import { type ManySchedules, scheduleMany } from './schedule-many.ts';
import { type OwnSending, sendOwn } from './send-own.ts';
import { type Slots, shareSlots } from './share-slots.ts';
import { type FleetWatch, watchFleet } from './watch-fleet.ts';

/** What goes on with the tenants of a service: each is one loop for all of them. */
export interface FleetLoops {
  members: Members;
  schedules: ManySchedules;
  watch: FleetWatch;
  sending: OwnSending;
  metrics: FleetMetrics;
  /** Finds out who is there and what has changed. Resolves with why tenants get no backup, and what else is wrong. */
  look(): Promise<string[]>;
}

/** So many runs that stand still go on beside those that get on, which bounds memory. */
const ASIDE = 32;
const STANDS_STILL_MS = 5_000;

export async function openLoops(parts: FleetParts, settings: KeptSettings): Promise<FleetLoops> {
  const { system, clock, log } = parts;
  const { id, state } = system;
  const profile = keepProfile(() => settings.current()?.profile);
  const channels = keepChannels(() => settings.current()?.channels);
  const ground = groundOf({ profile: profile.current, channels: channels.of }, { id, state, clock });
  const schedules = scheduleMany(parts);
  const metrics = fleetMetrics(() => countsOf(members));
  const sending = sendOwn((one) => members.open().get(one)?.told, parts);
  const ages = await openAges(state);
  const slots = slotsOf(settings, clock);
  const members: Members = openMembers(() => settings.current()?.folder, knownTenants(state), profile, {
    ...{ ...parts, ground, service: system.settings.system.name },
    ...{ ring: sending.ring, slots, turns: drillTurns(slots, clock) },
    changed(one) {
      for (const schedule of [one, drillScheduleId(one)]) schedules.wake(schedule);
    },
    runEnded(tenant, run) {
      metrics.runEnded(tenant, run);
      // Nothing has changed since a good backup: that is as good as one.
      if (run.operation === 'backup' && run.code === 'skipped') {
        ages.keep(tenant.id, { ...ages.of(tenant.id), unchangedAt: run.startedAt });
      }
      watch.wake(tenant.id);
    },
  });
  const watch = watchFleet({
    ...{ clock, log, all: members.open, save: ages.save },
    async look({ system: { tenant }, told }: OpenTenant, signal) {
      metrics.looked(tenant, await lookAtTenant(tenant, { ground, told, ages, clock }, signal));
    },
  });

  async function look(): Promise<string[]> {
    const changed = await profile.look();
    const before = new Set(members.open().keys());
    const failure = await problemOf(members.look);
    const open = members.open();
    // What was not sent when the service ended.
    for (const one of open.keys()) if (!before.has(one)) sending.ring(one);
    metrics.keepOnly(open);
    schedules.serve(schedulesOf(open, profile.drills()));
    if (changed) schedules.wake();
    const wrong = await channels.look([...open.values()].map(({ system: { tenant } }) => tenant.name));
    return [...problemsOf(settings.problem() ?? failure ?? profile.problem(), members.list()), ...wrong];
  }

  return { members, schedules, watch, sending, metrics, look };
}

/** A schedule of drills only where there is one: a thousand that never come due would be kept and written for nothing. */
function schedulesOf(
  open: ReadonlyMap<string, OpenTenant>,
  withDrills: boolean,
): ReadonlyMap<string, SchedulerParts> {
  const all = [...open].flatMap(([id, { schedule, drills }]): [string, SchedulerParts][] => [
    [id, schedule],
    ...(withDrills ? [[drillScheduleId(id), drills] as [string, SchedulerParts]] : []),
  ]);
  return new Map(all);
}

function slotsOf(settings: KeptSettings, clock: Clock): Slots {
  return shareSlots({
    get atOnce() {
      return settings.current()?.atOnce ?? 1;
    },
    aside: ASIDE,
    patienceMs: STANDS_STILL_MS,
    elapsed: () => clock.elapsed(),
  });
}

function countsOf(members: Members): FleetCounts {
  const open = [...members.open().values()];
  return {
    served: open.length,
    problems: members.list().filter(({ system }) => system === undefined).length,
    running: open.filter(({ system }) => system.runs.current() !== undefined).length,
  };
}

/** The world's errors, in words; whatever else is thrown is ours. */
async function problemOf(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof LifeboatError) return error.message;
    if (systemErrorCode(error) !== undefined) return String(error);
    throw error;
  }
}

function problemsOf(broken: string | undefined, members: readonly FleetMember[]): string[] {
  const alone = members.filter(({ system }) => system === undefined);
  return [
    ...(broken === undefined ? [] : [`tenants: ${broken}`]),
    ...alone.map(({ name, problem }) => `the tenant ${name} gets no backup: ${problem}`),
  ];
}
