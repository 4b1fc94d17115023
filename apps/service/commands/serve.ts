import { DRILL } from '#drill/drill-purpose.ts';
import { closeCutRuns } from '#journal/close-cut-runs.ts';
import { takeLock } from '#platform/lock.ts';
import { VERSION_LINE } from '#platform/program-version.ts';
import { saveMemory } from '#platform/save-memory.ts';
import { createAlarm } from '#schedule/alarm.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { limitTries } from '../access/limit-tries.ts';
import { openAccessStore } from '../access/open-access-store.ts';
import { openSessions } from '../access/open-sessions.ts';
import { openApi } from '../api/open-api.ts';
import { registerRoutes } from '../api/register-routes.ts';
import type { ServedSystem } from '../api/served-system.ts';
import { composeSystem } from '../compose.ts';
import { drillNow } from '../drill/drill-now.ts';
import { makeBackup } from '../make-backup.ts';
import { openRuns } from '../service/open-runs.ts';
import { openSocket } from '../service/open-socket.ts';
import { openTelling } from '../service/open-telling.ts';
import { runSchedules } from '../service/run-schedules.ts';
import { socketPath } from '../service/socket-path.ts';
import { tellOpenRestore } from '../tell-open-restore.ts';
import { openFleet } from '../tenants/open-fleet.ts';

/**
 * `lifeboat serve`: runs what is due, tells who is to be told, and shows how things stand, until it is told to stop.
 * One service for each system; a backup that goes on when it is told to stop ends as interrupted first.
 */
export async function serve(
  context: CommandContext,
  options: { host: string; port: number; tls?: { certificate: string; key: string } | undefined },
): Promise<number> {
  const { clock, signal } = context;
  const system = await composeSystem(context);
  const { state, id } = system;
  await using _only = await takeLock({
    stateFolder: state,
    systemId: id,
    purpose: 'the service',
    clock,
    scope: 'service',
  });
  await using telling = await openTelling(context);
  const { notifier, log, monitoring } = telling;
  log.info('the service has started', {
    version: VERSION_LINE,
    conf: context.conf,
    system: id,
    zone: clock.zone(),
  });
  for (const cut of await closeCutRuns({ ...context, ...system.recording })) {
    if (cut.operation === 'backup') await notifier.runEnded(cut);
  }
  await tellOpenRestore(system, notifier, clock);
  const alarms = { backup: createAlarm(), drill: createAlarm() };
  const runs = openRuns(() => clock.now());
  const served: ServedSystem & Required<Pick<ServedSystem, 'startDrill'>> = {
    id,
    runs,
    // The conf is read anew for each run and each answer, so that the settings of now hold.
    compose: () => composeSystem(context),
    startBackup: (request) =>
      runs.begin('a backup', async (how) =>
        makeBackup(await composeSystem(context), { ...context, notifier, request, ...how }),
      ),
    startDrill: (archive) =>
      runs.begin(DRILL, async (how) =>
        drillNow(await composeSystem(context), archive, { ...context, notifier, ...how }),
      ),
    settingsChanged() {
      alarms.backup.ring();
      alarms.drill.ring();
      telling.settingsChanged();
    },
  };
  const { tenants } = system.settings;
  if (tenants !== undefined) saveMemory();
  // Null: the service serves its own system alone.
  const fleet =
    tenants === undefined ? null : await openFleet({ ...context, settings: tenants, system, notifier, log });
  await using _socket = await openSocket(socketPath(state, id), served, fleet ?? undefined);
  using store = await openAccessStore(state);
  const access = { store, clock, sessions: openSessions(clock), limit: limitTries(clock) };
  await using server = await openApi({
    ...options,
    system: served,
    tenants: fleet ?? undefined,
    access,
    register: (api) => registerRoutes(api, { ...context, access, monitoring, tenants: fleet ?? undefined }),
  });
  // Disposed first: those who follow a run are told how it ended before the sockets close.
  await using _runs = runs;
  await using _runsOfTenants = fleet;
  context.stdout.write(`status page of ${system.settings.system.name}: ${server.url}\n`);
  const schedules = runSchedules(system, { ...served, notifier, alarms, log }, context);
  await Promise.all([schedules, fleet?.run(signal)]);
  log.info('the service ends');
  return 0;
}
