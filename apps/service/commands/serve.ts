import { once } from 'node:events';
import { closeCutRuns } from '#journal/close-cut-runs.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { composeSystem } from '../compose.ts';
import { startServer } from '../page/start-server.ts';
import { readHistory } from '../read-history.ts';
import { readStatus } from '../read-status.ts';

/** `lifeboat serve`: keeps running until it is told to stop, and shows how things stand. */
export async function serve(
  context: CommandContext,
  options: { host: string; port: number },
): Promise<number> {
  const system = await composeSystem(context);
  await closeCutRuns({ ...context, ...system.recording });
  await using server = await startServer({
    ...options,
    zone: () => context.clock.zone(),
    readStatus: () => readStatus(system, context),
    readHistory: () => readHistory(system),
  });
  context.stdout.write(`status page of ${system.settings.system.name}: ${server.url}\n`);
  if (!context.signal.aborted) await once(context.signal, 'abort');
  return 0;
}
