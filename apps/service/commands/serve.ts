import { once } from 'node:events';
import { closeCutRuns } from '#journal/close-cut-runs.ts';
import { takeLock } from '#platform/lock.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { composeSystem } from '../compose.ts';
import { makeBackup } from '../make-backup.ts';
import { startServer } from '../page/start-server.ts';
import { readHistory } from '../read-history.ts';
import { readStatus } from '../read-status.ts';
import { openRuns } from '../service/open-runs.ts';
import { openSocket } from '../service/open-socket.ts';
import { openTelling } from '../service/open-telling.ts';
import { socketPath } from '../service/socket-path.ts';

/**
 * `lifeboat serve`: keeps running until it is told to stop, and shows how things stand. One service for each
 * system; a backup that goes on when it is told to stop ends as interrupted first.
 */
export async function serve(
  context: CommandContext,
  options: { host: string; port: number },
): Promise<number> {
  const { clock } = context;
  const system = await composeSystem(context);
  await using _only = await takeLock({
    stateFolder: system.state,
    systemId: `${system.id}.service`,
    purpose: 'the service',
    clock,
  });
  await using telling = await openTelling(context);
  for (const cut of await closeCutRuns({ ...context, ...system.recording })) {
    if (cut.operation === 'backup') await telling.notifier.runEnded(cut);
  }
  const runs = openRuns(() => clock.now());
  await using _socket = await openSocket(socketPath(system.state, system.id), {
    runs,
    // The conf is read anew for each run, so that the settings of now hold.
    startBackup: (request) =>
      runs.begin('a backup', async (how) =>
        makeBackup(await composeSystem(context), {
          ...context,
          notifier: telling.notifier,
          ...how,
          request,
        }),
      ),
    settingsChanged: () => telling.settingsChanged(),
  });
  await using server = await startServer({
    ...options,
    zone: () => clock.zone(),
    readStatus: () => readStatus(system, context),
    readHistory: () => readHistory(system),
  });
  // Disposed first: those who follow a run are told how it ended before the socket closes.
  await using _runs = runs;
  context.stdout.write(`status page of ${system.settings.system.name}: ${server.url}\n`);
  if (!context.signal.aborted) await once(context.signal, 'abort');
  return 0;
}
