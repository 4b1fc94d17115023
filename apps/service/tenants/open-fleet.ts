import { hostname } from 'node:os';
import type { Log } from '#log/log.ts';
import { noticeOf } from '#notify/notice-of.ts';
import type { Notifier } from '#notify/open-notifier.ts';
import type { Clock } from '#platform/clock.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { pause } from '#platform/pause.ts';
import type { Settings, TenantsSettings } from '#settings/settings.ts';
import type { ServedSystem } from '../api/served-system.ts';
import { findTenants } from './find-tenants.ts';
import { groundOf } from './ground-of.ts';
import { keepProfile } from './keep-profile.ts';
import { knownTenants } from './known-tenants.ts';
import { nameInHost } from './name-in-host.ts';
import { type OpenTenant, openTenant } from './open-tenant.ts';
import { scheduleMany } from './schedule-many.ts';
import { shareSlots } from './share-slots.ts';
import type { Tenant } from './tenant.ts';

/** The tenants that a service serves. */
export interface Fleet extends AsyncDisposable {
  /** Those that are there now, by name; a problem is why one gets no backup. */
  list(): readonly FleetMember[];
  named(name: string): ServedSystem | undefined;
  byId(id: string): ServedSystem | undefined;
  /** Undefined where no host pattern is set or none fits. */
  byHost(host: string): ServedSystem | undefined;
  /** Runs their schedules, and looks for those that are new, renamed or gone, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

export interface FleetMember {
  id: string | undefined;
  name: string;
  root: string;
  problem?: string;
  system?: ServedSystem;
}

export interface FleetParts {
  settings: TenantsSettings;
  /** The service's own system, in whose state folder the tenants' state is kept. */
  system: { id: string; state: string; settings: Pick<Settings, 'system'> };
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  /** Everything that is told of a tenant goes through the service's channels. */
  notifier: Pick<Notifier, 'relay'>;
  log: Log;
  signal: AbortSignal;
}

/** So many runs that stand still go on beside those that get on, which bounds memory. */
const ASIDE = 32;
const STANDS_STILL_MS = 5_000;

/**
 * Finds the tenants of now. A folder of tenants or a profile that cannot be read is told, and looked at again; those
 * before hold.
 */
export async function openFleet(parts: FleetParts): Promise<Fleet> {
  const { settings, system, clock } = parts;
  const known = knownTenants(system.state);
  const profile = keepProfile(settings.profile);
  const schedules = scheduleMany(parts);
  const limits = { atOnce: settings.atOnce, aside: ASIDE, patienceMs: STANDS_STILL_MS };
  const ofEach = {
    ...parts,
    ground: groundOf(profile.current, { ...system, clock }),
    slots: shareSlots({ ...limits, elapsed: () => clock.elapsed() }),
    service: system.settings.system.name,
    changed: schedules.wake,
  };
  const open = new Map<string, OpenTenant>();
  let members: readonly FleetMember[] = [];
  let told: readonly string[] = [];

  async function look(): Promise<void> {
    const changed = await profile.look();
    const found = await findTenants(settings.folder, known);
    const broken = profile.problem();
    members = found.map((tenant): FleetMember => {
      if (tenant.id === undefined) return { ...tenant, id: undefined };
      const member = { ...tenant, system: opened(tenant).system };
      return broken === undefined ? member : { ...member, problem: broken };
    });
    closeThoseGone(new Set(members.map(({ id }) => id)));
    schedules.serve(new Map([...open].map(([id, { schedule }]) => [id, schedule])));
    if (changed) schedules.wake();
  }

  function opened(tenant: Tenant): OpenTenant {
    const before = open.get(tenant.id);
    if (before?.system.tenant.root === tenant.root) return before;
    const now = openTenant(tenant, ofEach, before?.system.runs);
    open.set(tenant.id, now);
    return now;
  }

  function closeThoseGone(here: ReadonlySet<string | undefined>): void {
    for (const [id, { system: gone }] of open) {
      if (here.has(id)) continue;
      gone.runs.current()?.stop('the tenant is gone');
      open.delete(id);
    }
  }

  /** What cannot be looked at leaves everything as it was; each thing that is wrong is told once while it lasts. */
  async function lookAndTell(): Promise<void> {
    const failure = await problemOf(look);
    const broken = failure ?? profile.problem();
    const alone = members.filter(({ system: served }) => served === undefined);
    const wrong = [
      ...(broken === undefined ? [] : [`tenants: ${broken}`]),
      ...alone.map(({ name, problem }) => `the tenant ${name} gets no backup: ${problem}`),
    ];
    for (const problem of wrong) if (!told.includes(problem)) tell(problem, parts);
    told = wrong;
  }

  async function keepLooking(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(settings.lookEvery * 1000, signal);
      if (!signal.aborted) await lookAndTell();
    }
  }

  await lookAndTell();
  return {
    list: () => members,
    named: (name) => members.find((member) => member.name === name)?.system,
    byId: (id) => open.get(id)?.system,
    byHost(host) {
      const name = nameInHost(host, settings.host);
      return name === undefined
        ? undefined
        : members.find((member) => member.name.toLowerCase() === name)?.system;
    },
    async run(signal) {
      await Promise.all([schedules.run(signal), keepLooking(signal)]);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...open.values()].map(({ system: { runs } }) => runs[Symbol.asyncDispose]()));
    },
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

function tell(problem: string, { system, clock, notifier, log }: FleetParts): void {
  log.error('a tenant gets no backup', { problem });
  const context = { system: { id: system.id, name: system.settings.system.name }, host: hostname(), clock };
  notifier.relay([noticeOf({ id: `tenants ${problem}`, kind: 'failure', message: problem }, context)]);
}
