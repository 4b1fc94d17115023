import { messageOf } from '#platform/message-of.ts';
import type { Connection } from '../../connect.ts';
import { quoteQualified } from '../../quote-name.ts';
import { serverErrno } from '../../server-errno.ts';
import type { StagedDatabase } from '../staging/stage-objects.ts';

/** ER_NO_SUCH_TABLE, ER_NOT_SEQUENCE, ER_UNKNOWN_SEQUENCES. */
const NO_SEQUENCE = new Set([1146, 4089, 4091]);

/**
 * What could only be said of tables once they are live: foreign keys that lead out of what was staged, and
 * defaults that draw from a sequence. A default whose sequence is not there is left out and told.
 */
export async function alterTables(
  connection: Connection,
  { objects, tables }: StagedDatabase,
  note: (text: string) => void,
): Promise<void> {
  for (const { name, foreignKeys, sequenceDefaults } of tables) {
    const alter = `ALTER TABLE ${quoteQualified(objects.database, name)}`;
    const keys = foreignKeys.outside.map(({ inLive }) => inLive);
    if (keys.length > 0) await connection.query(`${alter} ${keys.join(', ')}`);
    for (const { column, clause } of sequenceDefaults) {
      try {
        await connection.query(`${alter} ${clause}`);
      } catch (error) {
        if (!NO_SEQUENCE.has(serverErrno(error) ?? 0)) throw error;
        const reason = messageOf(error);
        note(`column ${column} of ${objects.database}.${name} did not get its default: ${reason}`);
      }
    }
  }
}
