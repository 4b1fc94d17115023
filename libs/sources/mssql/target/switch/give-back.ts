import { LifeboatError } from '#platform/errors.ts';
import type { Connection } from '../../connection.ts';
import { quoteName } from '../../quote-name.ts';
import { type LiveDatabase, readDatabase } from '../read-live.ts';
import type { Patience } from './patience.ts';
import { runAlter } from './run-alter.ts';
import { takeExclusively } from './take-exclusively.ts';

/** Makes access and statistics of a database what they were; a place that somebody else took is freed first. */
export async function giveBack(
  connection: Connection,
  name: string,
  was: Pick<LiveDatabase, 'access' | 'asyncStatistics'>,
  patience: Patience,
): Promise<void> {
  const now = await readDatabase(connection, name, patience.signal);
  if (now === undefined) throw new LifeboatError('database-missing', `database ${name} is gone`);
  const what = `giving database ${name} back to its users`;
  if (was.asyncStatistics !== now.asyncStatistics) {
    const on = was.asyncStatistics ? 'ON' : 'OFF';
    const sql = `ALTER DATABASE ${quoteName(name)} SET AUTO_UPDATE_STATISTICS_ASYNC ${on}`;
    await insist(connection, now, sql, what, patience);
  }
  if (was.access !== now.access) {
    await insist(connection, now, `ALTER DATABASE ${quoteName(name)} SET ${was.access}`, what, patience);
  }
}

/** A database with one place only is changed by whoever has that place. */
async function insist(
  connection: Connection,
  now: LiveDatabase,
  sql: string,
  what: string,
  patience: Patience,
): Promise<void> {
  const single = now.access === 'SINGLE_USER';
  if (single) await takeExclusively(connection, { name: now.name, asyncStatistics: false }, patience);
  await runAlter(connection, sql, what, patience);
}
