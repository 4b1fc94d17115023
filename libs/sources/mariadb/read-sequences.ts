import type { Connection } from './connect.ts';
import type { SequenceObject } from './format.ts';
import { quoteQualified } from './quote-name.ts';

/** The sequences of a database, with the value after all that may have been handed out. */
export async function readSequences(connection: Connection, database: string): Promise<SequenceObject[]> {
  const names = await connection.query<{ name: string }>(
    `SELECT TABLE_NAME AS name FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'SEQUENCE' ORDER BY TABLE_NAME`,
    [database],
  );
  const sequences: SequenceObject[] = [];
  for (const { name } of names) {
    const place = quoteQualified(database, name);
    const [definition] = await connection.query<Record<string, string>>(`SHOW CREATE SEQUENCE ${place}`);
    const [state] = await connection.query<{ next: string; round: string }>(
      `SELECT CAST(next_not_cached_value AS CHAR) AS next, CAST(cycle_count AS CHAR) AS round FROM ${place}`,
    );
    sequences.push({ name, ddl: definition?.['Create Table'] ?? '', ...(state ?? { next: '', round: '0' }) });
  }
  return sequences;
}
