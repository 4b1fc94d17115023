import { LifeboatError } from '#platform/errors.ts';
import type { Connection } from '../../connect.ts';
import { endSession } from './end-session.ts';

/** How long an earlier session may need for the statement it is at, and then for being ended. Seconds. */
export interface LockPatience {
  finish: number;
  end: number;
}

/**
 * Makes sure that nobody else is at the switch-over of this run, for as long as the connection lives. A program that was
 * killed leaves a session behind that still does its last statement: a RENAME that waits would take place after we had
 * looked. It is given a moment to end, then ended. Throws `target-in-use`.
 */
export async function takeSwitchLock(
  connection: Connection,
  run: string,
  { finish, end }: LockPatience = { finish: 10, end: 60 },
): Promise<void> {
  const name = `lifeboat switch ${run}`;
  const take = async (seconds: number): Promise<boolean> => {
    const [row] = await connection.query<{ got: number | string | null }>('SELECT GET_LOCK(?, ?) AS got', [
      name,
      seconds,
    ]);
    return Number(row?.got) === 1;
  };
  if (await take(finish)) return;
  const [row] = await connection.query<{ id: number | string | null }>('SELECT IS_USED_LOCK(?) AS id', [
    name,
  ]);
  if (row?.id != null) await endSession(connection, Number(row.id));
  if (await take(end)) return;
  throw new LifeboatError(
    'target-in-use',
    `session ${row?.id ?? ''} of an earlier run is still at work on ${connection.place}`,
    { hint: 'wait until it has ended, or end it, and try again' },
  );
}
