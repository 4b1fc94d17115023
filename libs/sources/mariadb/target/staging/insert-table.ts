import type { ResultSetHeader } from 'mysql2';
import { LifeboatError } from '#platform/errors.ts';
import type { MemberReader } from '../../../restore-target.ts';
import { loaded } from '../../column-format.ts';
import type { Connection } from '../../connect.ts';
import type { TableObject } from '../../format.ts';
import { mariadbError } from '../../mariadb-error.ts';
import { quoteName, quoteQualified } from '../../quote-name.ts';
import { archivedRows } from './archived-rows.ts';
import type { LoadOptions } from './load-options.ts';
import { unexpectedWarning } from './unexpected-warning.ts';

const TAB = 9;
const LINE_FEED = 10;
const BACKSLASH = 92;
const BATCH_CHARACTERS = 1 << 20;

/**
 * The same as loadTable for a server that refuses LOAD DATA LOCAL: rows go in by INSERT, several times slower.
 * A row must fit into the server's max_allowed_packet twice over; else `target-unsuitable`.
 */
export async function insertTable(
  connection: Connection,
  table: TableObject,
  place: { database: string; archive: MemberReader },
  options: LoadOptions,
): Promise<void> {
  const columns = table.columns.map((column) => quoteName(column.name)).join(', ');
  const head = `INSERT INTO ${quoteQualified(place.database, table.name)} (${columns}) VALUES `;
  const [limit] = await connection.query<{ bytes: number }>('SELECT @@max_allowed_packet AS bytes');
  let rows = 0;
  let batch: string[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    if (size + head.length > Number(limit?.bytes)) throw rowTooLong(table, Number(limit?.bytes));
    rows += await insert(connection, table, head + batch.join(','));
    batch = [];
    size = 0;
  };
  for await (const row of textRows(archivedRows(table, place.archive, options))) {
    const values = rowValues(row, table);
    if (size + values.length > BATCH_CHARACTERS) await flush();
    batch.push(values);
    size += values.length + 1;
  }
  await flush();
  if (rows === table.rows) return;
  throw new LifeboatError('check-failed', `table ${table.name} got ${rows} of ${table.rows} rows`);
}

async function insert(connection: Connection, table: TableObject, sql: string): Promise<number> {
  return await connection.exclusive(async (session) => {
    const result = await new Promise<ResultSetHeader>((resolve, reject) => {
      session.mysql.query<ResultSetHeader>(sql, (error, header) => {
        if (error) reject(mariadbError(error, connection.place));
        else resolve(header);
      });
    });
    const warning = result.warningStatus > 0 ? await unexpectedWarning(session, table) : undefined;
    if (warning === undefined) return result.affectedRows;
    throw new LifeboatError(
      'check-failed',
      `table ${table.name} did not take a row as it was: ${warning.Message}`,
    );
  });
}

/** Rows without their line feed; valid until the next one is asked for. */
async function* textRows(text: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  for await (const chunk of text) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      const last = chunk.subarray(start, end);
      yield pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
      pieces = [];
      start = end + 1;
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start));
  }
  if (pieces.length > 0) throw new LifeboatError('archive-damaged', 'the last row of a table has no end');
}

function rowValues(row: Buffer, table: TableObject): string {
  const values: string[] = [];
  let start = 0;
  for (const column of table.columns) {
    const tab = row.indexOf(TAB, start);
    const field = row.subarray(start, tab < 0 ? row.length : tab);
    const value = isNull(field) ? 'NULL' : `X'${unescaped(field).toString('hex')}'`;
    values.push(loaded(value, column.as) ?? value);
    start = (tab < 0 ? row.length : tab) + 1;
  }
  return `(${values.join(',')})`;
}

function isNull(field: Buffer): boolean {
  return field.length === 2 && field[0] === BACKSLASH && field[1] === 0x4e;
}

const UNESCAPED: Record<string, number> = { '0': 0, t: TAB, n: LINE_FEED, '\\': BACKSLASH };

function unescaped(field: Buffer): Buffer {
  let at = field.indexOf(BACKSLASH);
  if (at < 0) return field;
  const plain = Buffer.allocUnsafe(field.length);
  let length = 0;
  let start = 0;
  for (; at >= 0; at = field.indexOf(BACKSLASH, start)) {
    length += field.copy(plain, length, start, at);
    const byte = UNESCAPED[String.fromCharCode(field[at + 1] ?? 0)];
    if (byte === undefined)
      throw new LifeboatError('archive-damaged', 'a row has an escape that is not of the format');
    plain[length++] = byte;
    start = at + 2;
  }
  length += field.copy(plain, length, start);
  return plain.subarray(0, length);
}

function rowTooLong(table: TableObject, limit: number): LifeboatError {
  return new LifeboatError(
    'target-unsuitable',
    `a row of table ${table.name} is larger than the server takes in a statement (max_allowed_packet ${limit})`,
    { hint: 'allow LOAD DATA LOCAL for the restore (local_infile), or raise max_allowed_packet' },
  );
}
