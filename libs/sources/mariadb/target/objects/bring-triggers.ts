import type { Connection } from '../../connect.ts';
import type { DatabaseObjects } from '../../format.ts';
import { serverErrno } from '../../server-errno.ts';
import { createObject } from './create-object.ts';

/** ER_BAD_FIELD_ERROR: NEW or OLD has no such column. */
const UNKNOWN_COLUMN = 1054;

/** Names of the triggers that could not be made because their table has not the column that they name. */
export async function bringTriggers(
  connection: Connection,
  { triggers }: Pick<DatabaseObjects, 'triggers'>,
  database: string,
): Promise<string[]> {
  const broken: string[] = [];
  for (const trigger of triggers) {
    try {
      await createObject(connection, { ...trigger, database });
    } catch (error) {
      // The table is as it was at the backup, so the trigger was unusable there too.
      if (serverErrno(error) !== UNKNOWN_COLUMN) throw error;
      broken.push(trigger.name);
    }
  }
  return broken;
}
