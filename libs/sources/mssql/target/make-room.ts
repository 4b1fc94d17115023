import { LifeboatError } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';
import type { RestoreLog } from '../../restore-target.ts';
import type { ComponentRecord } from '../../source.ts';
import { connectMssql } from '../connect.ts';
import type { Connection, MssqlServer } from '../connection.ts';
import { type LiveDatabase, type LiveFile, readDatabase, readFiles } from './read-live.ts';
import { refuseBound } from './refuse-bound.ts';
import { atSwitchOver } from './switch/end-earlier-sessions.ts';
import { giveBack } from './switch/give-back.ts';
import { accessSql } from './switch/go-back-sql.ts';
import type { Patience } from './switch/patience.ts';
import { runAlter } from './switch/run-alter.ts';
import { dropDatabase, takeExclusively } from './switch/take-exclusively.ts';

export interface MakeRoomParts {
  server: MssqlServer;
  run: string;
  /** The databases that are to go. */
  records: readonly ComponentRecord[];
  /** Whether the database of this number was there before the safety archive was made. */
  isKnown: (component: string, id: number) => boolean;
  stallMs: number;
  retryMs: number;
}

interface Going {
  id: string;
  live: LiveDatabase;
  files: LiveFile[];
}

/**
 * Drops live databases for good, with their files unless they are offline, and resolves with where these lay, by
 * component. All that are online are taken exclusively before the first is dropped: what stands in the way until then
 * throws `target-in-use` or `target-unsuitable`, and nothing is dropped. Databases that are not there are dropped.
 */
export async function makeRoom(
  parts: MakeRoomParts,
  log: RestoreLog,
  signal: AbortSignal,
): Promise<Map<string, LiveFile[]>> {
  const server = atSwitchOver(parts.server, parts.run);
  const patience: Patience = { ...parts, server, signal };
  await using connection = await connectMssql(server, signal);
  const going = await findGoing(connection, parts, signal);
  await refuseBound(connection, going, signal);
  await using held = new AsyncDisposableStack();
  const holders = await takeAll(going, held, log, patience);
  for (const one of going) await drop(holders.get(one.id) ?? connection, one, log, patience);
  return new Map(going.map(({ id, files }) => [id, files]));
}

async function findGoing(
  connection: Connection,
  { records, isKnown }: MakeRoomParts,
  signal: AbortSignal,
): Promise<Going[]> {
  const going: Going[] = [];
  for (const { id, name } of records) {
    const live = await readDatabase(connection, name, signal);
    if (live === undefined) continue;
    if (!isKnown(id, live.id)) throw cameLate(connection, live);
    going.push({ id, live, files: await readFiles(connection, live.id, signal) });
  }
  return going;
}

/** Nobody has saved it. */
function cameLate({ place }: Connection, { name }: LiveDatabase): LifeboatError {
  return new LifeboatError(
    'target-unsuitable',
    `database ${name} on ${place} was made by somebody else while the safety archive was; nothing was dropped`,
    { hint: 'see who makes it, then try again' },
  );
}

/** Each in a session of its own, which has the one place of its database. */
async function takeAll(
  going: readonly Going[],
  held: AsyncDisposableStack,
  log: RestoreLog,
  patience: Patience,
): Promise<Map<string, Connection>> {
  const holders = new Map<string, Connection>();
  const online = going.filter(({ live }) => live.state === 'ONLINE');
  try {
    for (const { id, live } of online) {
      const holder = held.use(await connectMssql(patience.server, patience.signal));
      holders.set(id, holder);
      const what = `put all sessions out of database ${live.name}`;
      await log.before({ what, goBack: accessSql(live) });
      await takeExclusively(holder, live, patience);
      await log.done(what);
    }
    return holders;
  } catch (error) {
    await giveAllBack(online, holders, patience);
    throw untouched(error);
  }
}

async function giveAllBack(
  online: readonly Going[],
  holders: ReadonlyMap<string, Connection>,
  patience: Patience,
): Promise<void> {
  for (const { id, live } of online) {
    const holder = holders.get(id);
    if (holder === undefined) continue;
    try {
      await giveBack(holder, live.name, live, patience);
    } catch (cause) {
      // Whoever reads the code must not take it for a database that is as it was.
      throw new LifeboatError(
        'switch-failed',
        `database ${live.name} is not as it was: ${messageOf(cause)}`,
        {
          hint: `as a sysadmin: ${accessSql(live)}`,
          cause,
        },
      );
    }
  }
}

function untouched(error: unknown): unknown {
  const kept = ['target-in-use', 'database-unreachable'];
  if (!(error instanceof LifeboatError) || kept.includes(error.code)) return error;
  return new LifeboatError('target-unsuitable', `${error.message}; nothing was dropped`, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
  });
}

async function drop(
  connection: Connection,
  { live }: Going,
  log: RestoreLog,
  patience: Patience,
): Promise<void> {
  const what = `drop database ${live.name}, of which the safety archive tells`;
  await log.before({ what, goBack: 'from the safety archive, by the command of the step before' });
  if (live.state === 'ONLINE')
    await runAlter(connection, 'USE [master]', `leaving database ${live.name}`, patience);
  await dropDatabase(connection, live.name, patience);
  await log.done(what);
}
