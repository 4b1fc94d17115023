import type { Connection } from '../../connect.ts';
import { serverErrno } from '../../server-errno.ts';

const UNKNOWN_THREAD = 1094;

/** Ends a session and its statement; one that has ended by itself is ended. */
export async function endSession(connection: Connection, id: number): Promise<void> {
  try {
    await connection.query(`KILL ${id}`);
  } catch (error) {
    if (serverErrno(error) !== UNKNOWN_THREAD) throw error;
  }
}
