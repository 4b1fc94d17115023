import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '#journal/outcome.ts';
import { LifeboatError } from '#platform/errors.ts';
import { type LockNote, readLockNote } from '#platform/read-lock-note.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { composeSystem } from '../compose/compose-system.ts';
import { askService } from '../service/ask-service.ts';
import { serviceOf } from '../service/service-of.ts';

/** How long a run that was told to stop is waited for. */
const PATIENCE_MS = 60_000;

/**
 * `lifeboat stop`: ends the backup that goes on, in the service or in another terminal, and resolves when it has
 * ended. Nothing to stop is said and is no error.
 */
export async function stop(context: CommandContext): Promise<number> {
  const system = await composeSystem(context);
  const { state, id } = system;
  const answer = await askService(serviceOf(system), { path: '/api/run/stop', body: {} });
  const served = answer === undefined ? undefined : ((await json(answer)) as Answer);
  if (served?.outcome !== undefined) return say(context, `stopped: ${served.outcome.message}`);
  const place = { stateFolder: state, systemId: id };
  const holder = await readLockNote(place);
  if (holder === undefined) return say(context, 'no backup is running, there is nothing to stop');
  await stopProcess(holder, () => readLockNote(place), context);
  return say(context, `stopped: ${holder.purpose} of process ${holder.process} has ended`);
}

interface Answer {
  stopped: boolean;
  outcome?: Outcome;
}

/** A backup ends cleanly at SIGTERM. A restore is never ended from outside: that is for whoever sits before it. */
async function stopProcess(
  holder: LockNote,
  again: () => Promise<LockNote | undefined>,
  { clock, signal }: CommandContext,
): Promise<void> {
  if (holder.purpose !== 'a backup' || process.platform === 'win32') {
    throw new LifeboatError(
      'system-locked',
      `${holder.purpose} has been running since ${holder.since} (process ${holder.process}) and was not stopped`,
      { hint: 'stop it where it was started, with Ctrl+C' },
    );
  }
  process.kill(holder.process, 'SIGTERM');
  const began = clock.elapsed();
  while ((await again())?.process === holder.process) {
    if (clock.elapsed() - began > PATIENCE_MS) {
      throw new LifeboatError('system-locked', `process ${holder.process} was told to stop and still runs`, {
        hint: 'look at what it waits for: a disk or a database that does not answer',
      });
    }
    await sleep(100, undefined, { signal });
  }
}

function say({ stdout, json: asJson }: CommandContext, text: string): number {
  stdout.write(asJson ? `${JSON.stringify({ message: text })}\n` : `${text}\n`);
  return 0;
}
