import type { Connection } from '../../connection.ts';
import { quoteText } from '../../quote-name.ts';
import { serverNumber } from '../../server-number.ts';

export interface DatabaseSession {
  id: number;
  /** `session 53 (app@WEB1, program "Door Control")`. */
  text: string;
}

interface SessionRow {
  id: number;
  login: string;
  host: string | null;
  program: string | null;
}

/** Sessions of users whose current database this is. Never the own one. */
export async function databaseSessions(
  connection: Connection,
  database: string,
  signal: AbortSignal,
): Promise<DatabaseSession[]> {
  const rows = await connection.ask<SessionRow>(
    `SELECT session_id AS id, login_name AS login, host_name AS host, program_name AS program
      FROM sys.dm_exec_sessions
      WHERE is_user_process = 1 AND session_id <> @@SPID AND database_id = DB_ID(${quoteText(database)})
      ORDER BY session_id`,
    signal,
  );
  return rows.map((row) => ({ id: Number(row.id), text: describe(row) }));
}

/** 6101, 6106: it has ended by itself. 6104, 6107: nobody can end it. */
const NOTHING_TO_END = new Set([6101, 6104, 6106, 6107]);

/** Ends them, open transactions rolled back; resolves with those that were there. */
export async function endSessions(
  connection: Connection,
  database: string,
  signal: AbortSignal,
): Promise<DatabaseSession[]> {
  const sessions = await databaseSessions(connection, database, signal);
  for (const { id } of sessions) await endSession(connection, id, signal);
  return sessions;
}

/** Ends one, its open transaction rolled back; one that has ended is ended. */
export async function endSession(connection: Connection, id: number, signal: AbortSignal): Promise<void> {
  try {
    await connection.ask(`KILL ${id}`, signal);
  } catch (error) {
    if (!NOTHING_TO_END.has(serverNumber(error) ?? 0)) throw error;
  }
}

function describe({ id, login, host, program }: SessionRow): string {
  const from = host?.trim() ? `${login}@${host.trim()}` : login;
  return `session ${id} (${from}${program?.trim() ? `, program "${program.trim()}"` : ''})`;
}
