import { setTimeout as wait } from 'node:timers/promises';
import { LifeboatError } from '#platform/errors.ts';
import type { Connection, MssqlServer } from '../../connection.ts';
import { quoteText } from '../../quote-name.ts';
import { endSession } from './database-sessions.ts';

/** The same server, with sessions that tell which run's switch-over they are at. */
export function atSwitchOver(server: MssqlServer, run: string): MssqlServer {
  return { ...server, application: applicationOf(run) };
}

function applicationOf(run: string): string {
  return `lifeboat switch ${run}`;
}

const BETWEEN_MS = 100;
const WITHIN_MS = 60_000;

/**
 * Ends sessions that a program left behind which was killed at the switch-over of this run: the server goes on with its
 * last statement, which would take place after we had looked. Throws `target-in-use` if one does not end.
 */
export async function endEarlierSessions(
  connection: Connection,
  run: string,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  for (;;) {
    const sessions = await connection.ask<{ id: number }>(
      `SELECT session_id AS id FROM sys.dm_exec_sessions
        WHERE is_user_process = 1 AND session_id <> @@SPID AND program_name = ${quoteText(applicationOf(run))}`,
      signal,
    );
    if (sessions.length === 0) return;
    for (const { id } of sessions) await endSession(connection, Number(id), signal);
    if (performance.now() > deadline) {
      throw new LifeboatError(
        'target-in-use',
        `session ${sessions.map(({ id }) => id).join(', ')} of an earlier run is still at work on ${connection.place}`,
        { hint: 'wait until it has ended, and try again' },
      );
    }
    await wait(BETWEEN_MS, undefined, { signal });
  }
}
