import { setTimeout as wait } from 'node:timers/promises';
import { LifeboatError } from '#platform/errors.ts';
import type { Connection } from '../../connection.ts';
import { quoteName } from '../../quote-name.ts';
import { serverNumber } from '../../server-number.ts';
import { type DatabaseSession, endSessions } from './database-sessions.ts';
import type { Patience } from './patience.ts';
import { runAlter } from './run-alter.ts';

/**
 * Makes `connection` the only session in a database, its current one; open transactions of others are rolled
 * back. It is set from inside: from outside, an application that signs in again at once would get the one place.
 * A place lost all the same is fought for: sessions are ended and it is tried again for `retryMs`, then
 * `target-in-use` names them. The thread that updates statistics would hold the place too: it is switched off.
 */
export async function takeExclusively(
  connection: Connection,
  { name, asyncStatistics }: { name: string; asyncStatistics: boolean },
  patience: Patience,
): Promise<void> {
  await patiently(connection, name, patience, async () => {
    const run = (sql: string): Promise<void> =>
      runAlter(connection, sql, `taking database ${name}`, patience);
    await run(`USE ${quoteName(name)}`);
    if (asyncStatistics) await run(`ALTER DATABASE ${quoteName(name)} SET AUTO_UPDATE_STATISTICS_ASYNC OFF`);
    await run(`ALTER DATABASE ${quoteName(name)} SET SINGLE_USER WITH ROLLBACK IMMEDIATE`);
  });
}

/** Renames a database, putting sessions out that are in the way. */
export async function renameDatabase(
  connection: Connection,
  from: string,
  to: string,
  patience: Patience,
): Promise<void> {
  const sql = `ALTER DATABASE ${quoteName(from)} MODIFY NAME = ${quoteName(to)}`;
  await patiently(connection, from, patience, () =>
    runAlter(connection, sql, `renaming database ${from}`, patience),
  );
}

/** Drops a database with its files, putting sessions out; one that is not there is dropped. */
export async function dropDatabase(connection: Connection, name: string, patience: Patience): Promise<void> {
  await patiently(connection, name, patience, async () => {
    try {
      const sql = `DROP DATABASE ${quoteName(name)}`;
      await runAlter(connection, sql, `dropping database ${name}`, patience);
    } catch (error) {
      if (serverNumber(error) !== NO_SUCH_DATABASE) throw error;
    }
  });
}

const NO_SUCH_DATABASE = 3701;

/** Others are in the database: 924 and 5064 have the one place of it; 3101 and 3702 use it; 5030, 5061, 5070 lock it. */
const IN_THE_WAY = new Set([921, 924, 1205, 1222, 3101, 3702, 5030, 5061, 5064, 5070]);
const BETWEEN_MS = 200;

/** Tries again as long as others are in the way, ending their sessions. */
async function patiently(
  connection: Connection,
  database: string,
  { signal, retryMs }: Pick<Patience, 'signal' | 'retryMs'>,
  attempt: () => Promise<void>,
): Promise<void> {
  const deadline = performance.now() + retryMs;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (!IN_THE_WAY.has(serverNumber(error) ?? 0)) throw error;
      await wait(BETWEEN_MS, undefined, { signal });
      // The next attempt follows at once: whoever comes back has that moment only.
      const sessions = await endSessions(connection, database, signal);
      if (performance.now() > deadline) throw inUse(connection, database, sessions, error);
    }
  }
}

function inUse(
  { place }: Connection,
  database: string,
  sessions: readonly DatabaseSession[],
  cause: unknown,
): LifeboatError {
  const who = sessions.map(({ text }) => text).join('; ') || 'a session that cannot be told';
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  return new LifeboatError('target-in-use', `database ${database} on ${place} is in use by ${who}${reason}`, {
    hint: 'these sessions were ended and came back: stop the programs that open them, and try again',
    cause,
  });
}
