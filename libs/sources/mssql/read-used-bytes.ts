import * as z from 'zod';
import type { Connection } from './connection.ts';
import { parseRows, wholeNumber } from './parse-rows.ts';
import { quoteName } from './quote-name.ts';

const used = z.object({ bytes: wholeNumber.nullable() });

/** What is allocated within the files of a database: an estimate of what its uncompressed backup takes. */
export async function readUsedBytes(
  connection: Connection,
  database: string,
  signal: AbortSignal,
): Promise<number> {
  const rows = await connection.ask(
    `SELECT SUM(CAST(a.total_pages AS bigint)) * 8192 AS bytes FROM ${quoteName(database)}.sys.allocation_units AS a`,
    signal,
  );
  const [row] = parseRows(used, rows, { what: `the size of ${database}`, place: connection.place });
  return row?.bytes ?? 0;
}
