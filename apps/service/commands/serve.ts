import { takeLock } from '#platform/lock.ts';
import { VERSION_LINE } from '#platform/program-version.ts';
import { createAlarm } from '#schedule/alarm.ts';
import { readSettings } from '#settings/read-settings.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { composeSystem } from '../compose/compose-system.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { type DoorPlace, openDoors } from '../service/open-doors.ts';
import { openTelling, type Telling } from '../service/open-telling.ts';
import { ownSystem } from '../service/own-system.ts';
import { runSchedules } from '../service/run-schedules.ts';
import { tellExposures } from '../service/tell-exposures.ts';
import { tellWhatWasCutOff } from '../service/tell-what-was-cut-off.ts';
import { withTenants } from '../service/with-tenants.ts';
import { type Fleet, openFleet } from '../tenants/open-fleet.ts';

/**
 * `lifeboat serve`: runs what is due, tells who is to be told, and shows how things stand, until it is told to stop.
 * One service for each system; a backup that goes on when it is told to stop ends as interrupted first.
 */
export async function serve(context: CommandContext, place: DoorPlace): Promise<number> {
  const { clock, signal } = context;
  const system = await composeSystem(context);
  const { state, id, settings } = system;
  await using _only = await takeLock({
    ...{ stateFolder: state, systemId: id, clock },
    purpose: 'the service',
    scope: 'service',
  });
  await using telling = await openTelling(context);
  const { notifier, log, monitoring } = telling;
  const facts = { version: VERSION_LINE, conf: context.conf, system: id, zone: clock.zone() };
  log.info('the service has started', facts);
  await tellWhatWasCutOff(system, notifier, context);
  await tellExposures(system, notifier, clock);

  const alarms = { backup: createAlarm(), drill: createAlarm() };
  const tenants = await openTenants(system, telling, context);
  const settingsChanged = () => {
    alarms.backup.ring();
    alarms.drill.ring();
    telling.settingsChanged();
    tenants.settingsChanged();
  };
  const own = ownSystem(id, { notifier, settingsChanged }, context);
  const served = { system: own, tenants, state, monitoring: withTenants(monitoring, tenants) };
  await using doors = await openDoors(place, served, context);
  // Disposed first: those who follow a run are told how it ended before the sockets close.
  await using _runs = own.runs;
  await using _runsOfTenants = tenants;
  context.stdout.write(`status page of ${settings.system.name}: ${doors.url}\n`);
  const schedules = runSchedules(system, { ...own, notifier, alarms, log }, context);
  await Promise.all([schedules, tenants.run(signal)]);
  log.info('the service ends');
  return 0;
}

/** Also where there are none: the section `[tenants]` may come while the service runs. */
async function openTenants(
  system: ComposedSystem,
  { notifier, log, settingsChanged }: Telling,
  context: CommandContext,
): Promise<Fleet> {
  return await openFleet({
    ...{ ...context, system, notifier, log },
    settings: system.settings.tenants,
    readSettings: async () => (await readSettings(context.conf)).tenants,
    changed: settingsChanged,
  });
}
