import type { FleetMetrics } from '#metrics/fleet-metrics.ts';
import { saveMemory } from '#platform/save-memory.ts';
import { type Alarm, createAlarm } from '#schedule/alarm.ts';
import type { FleetMember, ServedTenants } from '../api/served-system.ts';
import type { FleetParts } from './fleet-parts.ts';
import { type KeptSettings, keepSettings } from './keep-settings.ts';
import { nameInHost } from './name-in-host.ts';
import { openLoops } from './open-loops.ts';
import type { Members } from './open-members.ts';
import { tellProblems } from './tell-problems.ts';

/** The tenants that a service serves. */
export interface Fleet extends ServedTenants, AsyncDisposable {
  /** The service's conf was changed: it is read anew at once. */
  settingsChanged(): void;
  readonly metrics: Pick<FleetMetrics, 'read'>;
  /** Runs their schedules, and looks for those that are new, renamed or gone, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Finds the tenants of now. A conf, a folder of tenants or a profile that cannot be read is told, and looked at again;
 * those before hold.
 */
export async function openFleet(parts: FleetParts): Promise<Fleet> {
  const { id, state, settings: own } = parts.system;
  const settings = keepSettings(parts.settings, parts.readSettings);
  const loops = await openLoops(parts, settings);
  const { members, schedules, watch, sending, metrics } = loops;
  const tell = await tellProblems({ ...parts, system: { id, state, name: own.system.name } });
  const alarm = createAlarm(LONGEST_MS);

  async function look(): Promise<void> {
    if (settings.current() !== undefined) saveMemory();
    await tell(await loops.look());
  }

  await look();
  return {
    ...lookUp(members, settings),
    metrics,
    settingsChanged: alarm.ring,
    async run(signal) {
      const again = async () => {
        if (await settings.look()) parts.changed();
        await look();
      };
      await Promise.all([
        ...[schedules.run(signal), watch.run(signal), sending.run(signal)],
        every(() => settings.current()?.lookEvery ?? LOOK_EVERY, again, alarm, signal),
      ]);
    },
    async [Symbol.asyncDispose]() {
      const all = [...members.open().values()];
      await Promise.all(all.map(({ system: { runs } }) => runs[Symbol.asyncDispose]()));
    },
  };
}

/** How often the conf of a service without tenants is looked at, in seconds. */
const LOOK_EVERY = 60;
const LONGEST_MS = 3_600_000;

function lookUp(members: Members, settings: KeptSettings): ServedTenants {
  return {
    serves: () => settings.current() !== undefined,
    list: members.list,
    named: (name) => members.list().find((member) => member.name === name)?.system,
    byId: (id) => members.open().get(id)?.system,
    byHost(host) {
      const name = nameInHost(host, settings.current()?.host);
      const fits = (member: FleetMember) => member.name.toLowerCase() === name;
      return name === undefined ? undefined : members.list().find(fits)?.system;
    },
  };
}

async function every(
  seconds: () => number,
  look: () => Promise<void>,
  alarm: Alarm,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await alarm.wait(seconds() * 1000, signal);
    if (!signal.aborted) await look();
  }
}
