import type { Connection } from '../../connection.ts';
import { quoteName } from '../../quote-name.ts';
import { serverNumber } from '../../server-number.ts';
import { readPrincipals } from '../read-principals.ts';
import { endSession } from './database-sessions.ts';
import type { NamedLogin } from './switch-state.ts';

const NO_SUCH_LOGIN = 15151;
const SIGNED_IN = 15434;
/** It owns jobs, roles, databases or other things, or has granted rights: made since, so not ours to take away. */
const HOLDS_OTHERS = new Set([15141, 15170, 15173, 15174, 15175, 15186, 15190]);

/**
 * Drops a login that a restore made; somebody may have signed in with it already. One of another SID is another login of
 * that name; one that things made since belong to is told and stays.
 */
export async function dropLogin(
  connection: Connection,
  login: NamedLogin,
  { note, signal }: { note: (text: string) => void; signal: AbortSignal },
): Promise<void> {
  const principals = await readPrincipals(connection, signal);
  const there = principals.find(({ name }) => name === login.name);
  if (there === undefined || (login.sid !== undefined && login.sid !== there.sid)) return;
  const drop = async (): Promise<void> => {
    await connection.ask(`DROP LOGIN ${quoteName(login.name)}`, signal);
  };
  try {
    await drop();
  } catch (error) {
    const number = serverNumber(error) ?? 0;
    if (number === NO_SUCH_LOGIN) return;
    if (HOLDS_OTHERS.has(number)) {
      note(`login ${login.name} stays: ${error instanceof Error ? error.message : error}`);
      return;
    }
    if (number !== SIGNED_IN) throw error;
    await endSessionsOf(connection, login.name, signal);
    await drop();
  }
}

async function endSessionsOf(connection: Connection, login: string, signal: AbortSignal): Promise<void> {
  const sessions = await connection.ask<{ id: number; login: string }>(
    'SELECT session_id AS id, login_name AS login FROM sys.dm_exec_sessions WHERE is_user_process = 1',
    signal,
  );
  for (const session of sessions) {
    if (session.login === login) await endSession(connection, Number(session.id), signal);
  }
}
