import { LifeboatError } from '#platform/errors.ts';
import type { Connection } from '../../connect.ts';
import { quoteQualified } from '../../quote-name.ts';
import { movableTables } from '../movable-tables.ts';

/** CHECK TABLE over every table of a staged database. Throws `check-failed` with the first damage; resolves with their number. */
export async function checkTables(
  connection: Connection,
  database: { staging: string; database: string },
  signal: AbortSignal,
): Promise<number> {
  const names = await movableTables(connection, database.staging);
  for (const name of names) {
    signal.throwIfAborted();
    const rows = await connection.query<{ Msg_type: string; Msg_text: string }>(
      `CHECK TABLE ${quoteQualified(database.staging, name)}`,
    );
    const damage = rows.find(({ Msg_type, Msg_text }) => isDamage(Msg_type, Msg_text));
    if (damage === undefined) continue;
    throw new LifeboatError(
      'check-failed',
      `the staged table ${database.database}.${name} is damaged: ${damage.Msg_text}`,
      { hint: 'nothing live was changed; look at the error log of the server' },
    );
  }
  return names.length;
}

/** A note says that an engine has no check of its own. */
function isDamage(type: string, text: string): boolean {
  if (type.toLowerCase() === 'error') return true;
  return type === 'status' && !['OK', 'Table is already up to date'].includes(text);
}
