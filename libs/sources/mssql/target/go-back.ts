import { LifeboatError } from '#platform/errors.ts';
import type { Connection } from '../connect.ts';
import { serverNumber } from '../mssql-error.ts';
import { quoteName } from '../quote-name.ts';
import { type LiveDatabase, readDatabases } from './read-live.ts';
import type { SwitchedDatabase, SwitchState } from './switch-state.ts';
import {
  dropDatabase,
  type Patience,
  renameDatabase,
  runAlter,
  takeExclusively,
} from './take-exclusively.ts';

/**
 * Brings the state before a switch-over back, wherever it stopped: looks at each step what is there now, by the
 * databases' numbers, and touches nothing that still is as it was. What was restored is dropped. May be repeated.
 */
export async function goBack(connection: Connection, state: SwitchState, patience: Patience): Promise<void> {
  const databases = state.databases.toReversed();
  for (const switched of databases) await putRestoredAway(connection, switched, patience);
  for (const switched of databases) await putOldBack(connection, switched, patience);
  for (const { staged } of databases) await dropDatabase(connection, staged, patience);
  for (const login of state.createdLogins) await dropLogin(connection, login, patience);
  const lost = databases.filter(({ dropped }) => dropped);
  if (lost.length > 0) throw cannotComeBack(lost);
}

async function putRestoredAway(
  connection: Connection,
  { database, staged, stagedId }: SwitchedDatabase,
  patience: Patience,
): Promise<void> {
  const now = await find(connection, stagedId, [database, staged], patience);
  if (now === undefined || now.name === staged) return;
  await takeExclusively(connection, now, patience);
  await renameDatabase(connection, now.name, staged, patience);
  await leave(connection, patience);
}

async function putOldBack(
  connection: Connection,
  { database, old, live, dropped }: SwitchedDatabase,
  patience: Patience,
): Promise<void> {
  if (live === undefined || dropped) return;
  const now = await find(connection, live.id, [database, old], patience);
  if (now === undefined) {
    throw new LifeboatError('database-missing', `database ${old}, which held the old state, is gone`);
  }
  if (now.name !== database) {
    if (now.state === 'ONLINE') await takeExclusively(connection, now, patience);
    await renameDatabase(connection, now.name, database, patience);
    await leave(connection, patience);
  }
  if (live.state === 'ONLINE') await giveBack(connection, database, live, patience);
}

/** Makes access and statistics of a database what they were; a place that somebody else took is freed first. */
export async function giveBack(
  connection: Connection,
  name: string,
  was: Pick<LiveDatabase, 'id' | 'access' | 'asyncStatistics'>,
  patience: Patience,
): Promise<void> {
  const now = await find(connection, was.id, [name], patience);
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

/** Out of whatever database the session is in, so that it is in nobody's way. */
export async function leave(connection: Connection, patience: Patience): Promise<void> {
  await runAlter(connection, 'USE [master]', 'leaving a database', patience);
}

/** A number is given to another database once its own is gone: the name must be one that we know. */
async function find(
  connection: Connection,
  id: number,
  names: readonly string[],
  { signal }: Patience,
): Promise<LiveDatabase | undefined> {
  const all = await readDatabases(connection, signal);
  return all.find((database) => database.id === id && names.includes(database.name));
}

const NO_SUCH_LOGIN = 15151;
const SIGNED_IN = 15434;

/** Somebody may have signed in with it already. */
async function dropLogin(connection: Connection, login: string, { signal }: Patience): Promise<void> {
  const drop = (): Promise<unknown> => connection.ask(`DROP LOGIN ${quoteName(login)}`, signal);
  try {
    await drop();
  } catch (error) {
    const number = serverNumber(error);
    if (number === NO_SUCH_LOGIN) return;
    if (number !== SIGNED_IN) throw error;
    await endSessionsOf(connection, login, signal);
    await drop();
  }
}

async function endSessionsOf(connection: Connection, login: string, signal: AbortSignal): Promise<void> {
  const sessions = await connection.ask<{ id: number; login: string }>(
    'SELECT session_id AS id, login_name AS login FROM sys.dm_exec_sessions WHERE is_user_process = 1',
    signal,
  );
  for (const session of sessions) {
    if (session.login === login) await connection.ask(`KILL ${Number(session.id)}`, signal);
  }
}

function cannotComeBack(lost: readonly SwitchedDatabase[]): LifeboatError {
  const names = lost.map(({ database, live }) => `${database} (it was ${live?.state})`).join(', ');
  return new LifeboatError(
    'rollback-failed',
    `damaged databases were dropped, as agreed, and cannot come back: ${names}`,
  );
}
