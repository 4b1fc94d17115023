import { setTimeout as wait } from 'node:timers/promises';
import { LifeboatError } from '#platform/errors.ts';
import { type Connection, connectMariadb, type MariadbServer } from '../../connect.ts';
import { serverErrno } from '../../server-errno.ts';
import { type BlockingSession, blockingSessions } from '../blocking-sessions.ts';
import { SESSION_MODE } from '../session-mode.ts';
import { endSession } from './end-session.ts';

export interface PatientOptions {
  databases: readonly string[];
  /** Agreed: sessions that hold the switch-over back are ended. */
  endSessions: boolean;
}

const LOCK_WAIT_TIMEOUT = 1205;
const LOCK_WAIT_SECONDS = 5;
const TRIES = 3;

/**
 * A session for changing live definitions. A statement that another session holds back for 5 seconds (all
 * new queries queue behind it meanwhile) throws `target-in-use` with the sessions named; if it is agreed
 * these are ended first and the statement is tried again.
 */
export async function connectForSwitch(
  server: MariadbServer,
  options: PatientOptions,
  signal: AbortSignal,
): Promise<Connection> {
  const connection = await connectMariadb(server, signal);
  try {
    await connection.query(
      `SET SESSION lock_wait_timeout = ${LOCK_WAIT_SECONDS}, innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS},
        foreign_key_checks = 0, check_constraint_checks = 0, system_versioning_alter_history = 'KEEP',
        sql_mode = '${SESSION_MODE}'`,
    );
  } catch (error) {
    await connection.close();
    throw error;
  }
  const query: Connection['query'] = async (sql, values) => {
    for (let tries = 1; ; tries++) {
      try {
        return await connection.query(sql, values);
      } catch (error) {
        if (serverErrno(error) !== LOCK_WAIT_TIMEOUT) throw error;
        const blocking = await blockingSessions(connection, options.databases);
        if (!options.endSessions || tries >= TRIES) throw inUse(connection, blocking, options, error);
        await endSessions(connection, blocking);
      }
    }
  };
  return { ...connection, query };
}

async function endSessions(connection: Connection, sessions: BlockingSession[]): Promise<void> {
  for (const session of sessions.filter(({ ours }) => ours)) await endSession(connection, session.id);
  await wait(200);
}

function inUse(
  connection: Connection,
  blocking: BlockingSession[],
  options: PatientOptions,
  cause: unknown,
): LifeboatError {
  const names = blocking.map((session) => session.text).join('; ') || 'a session that cannot be told';
  return new LifeboatError(
    'target-in-use',
    `databases ${options.databases.join(', ')} on ${connection.place} are in use: ${names}`,
    {
      hint: 'stop the programs that use them, or agree to end their sessions (--end-sessions), and try again',
      cause,
    },
  );
}
