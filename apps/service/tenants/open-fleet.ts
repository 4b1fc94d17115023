import type { Log } from '#log/log.ts';
import type { Notifier } from '#notify/open-notifier.ts';
import type { Clock } from '#platform/clock.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { pause } from '#platform/pause.ts';
import type { Settings, TenantsSettings } from '#settings/settings.ts';
import type { FleetMember, ServedTenants } from '../api/served-system.ts';
import { groundOf } from './ground-of.ts';
import { keepProfile } from './keep-profile.ts';
import { knownTenants } from './known-tenants.ts';
import { nameInHost } from './name-in-host.ts';
import { type Members, openMembers } from './open-members.ts';
import { scheduleMany } from './schedule-many.ts';
import { type Slots, shareSlots } from './share-slots.ts';
import { tellProblems } from './tell-problems.ts';

/** The tenants that a service serves. */
export interface Fleet extends ServedTenants, AsyncDisposable {
  /** Runs their schedules, and looks for those that are new, renamed or gone, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
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
  const { id, state } = system;
  const { name } = system.settings.system;
  const profile = keepProfile(settings.profile);
  const schedules = scheduleMany(parts);
  const members = openMembers(settings.folder, knownTenants(state), profile, {
    ...parts,
    ground: groundOf(profile.current, { id, state, clock }),
    slots: slotsOf(settings, clock),
    service: name,
    changed: schedules.wake,
  });
  const tell = tellProblems({ ...parts, system: { id, name } });

  async function look(): Promise<void> {
    const changed = await profile.look();
    const failure = await problemOf(members.look);
    schedules.serve(new Map([...members.open()].map(([one, { schedule }]) => [one, schedule])));
    if (changed) schedules.wake();
    tell(problemsOf(failure ?? profile.problem(), members.list()));
  }

  await look();
  return {
    ...lookUp(members, settings),
    async run(signal) {
      await Promise.all([schedules.run(signal), every(settings.lookEvery, look, signal)]);
    },
    async [Symbol.asyncDispose]() {
      const all = [...members.open().values()];
      await Promise.all(all.map(({ system: { runs } }) => runs[Symbol.asyncDispose]()));
    },
  };
}

function slotsOf({ atOnce }: TenantsSettings, clock: Clock): Slots {
  return shareSlots({
    atOnce,
    aside: ASIDE,
    patienceMs: STANDS_STILL_MS,
    elapsed: () => clock.elapsed(),
  });
}

function lookUp(members: Members, settings: TenantsSettings): ServedTenants {
  return {
    list: members.list,
    named: (name) => members.list().find((member) => member.name === name)?.system,
    byId: (id) => members.open().get(id)?.system,
    byHost(host) {
      const name = nameInHost(host, settings.host);
      const fits = (member: FleetMember) => member.name.toLowerCase() === name;
      return name === undefined ? undefined : members.list().find(fits)?.system;
    },
  };
}

async function every(seconds: number, look: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(seconds * 1000, signal);
    if (!signal.aborted) await look();
  }
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
