import { Readable } from 'node:stream';
import type { ResultSetHeader } from 'mysql2';
import { LifeboatError } from '#platform/errors.ts';
import type { MemberReader } from '../../../restore-target.ts';
import { loadColumns } from '../../column-format.ts';
import type { Connection } from '../../connect.ts';
import type { TableObject } from '../../format.ts';
import { mariadbError } from '../../mariadb-error.ts';
import { quoteQualified } from '../../quote-name.ts';
import { archivedRows } from './archived-rows.ts';
import type { LoadOptions } from './load-options.ts';
import { unexpectedWarning, type Warning } from './unexpected-warning.ts';

/**
 * Fills an empty staged table with one LOAD DATA LOCAL that is fed all members of the table in order. LOAD
 * DATA LOCAL only warns about rows it changed or left out, also under strict modes, so a warning that these
 * rows need not give, and a row count that differs from the archive's, throw `check-failed`.
 */
export async function loadTable(
  connection: Connection,
  table: TableObject,
  place: { database: string; archive: MemberReader },
  options: LoadOptions,
): Promise<void> {
  const sql = `LOAD DATA LOCAL INFILE 'archive' INTO TABLE ${quoteQualified(place.database, table.name)}
    CHARACTER SET binary FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n'
    ${loadColumns(table)}`;
  const text = Readable.from(archivedRows(table, place.archive, options), { objectMode: false });
  // mysql2 passes its error on; once the connection is lost nobody listens any more, nor needs to.
  text.on('error', () => undefined);
  try {
    await connection.exclusive(async (session) => {
      await session.resultsAs('utf8mb4');
      const result = await new Promise<ResultSetHeader>((resolve, reject) => {
        session.mysql.query<ResultSetHeader>({ sql, infileStreamFactory: () => text }, (error, header) => {
          if (error) reject(mariadbError(error, connection.place));
          else resolve(header);
        });
      });
      const warning = result.warningStatus > 0 ? await unexpectedWarning(session, table) : undefined;
      requireAllRows(table, result, warning);
    });
  } finally {
    text.destroy();
  }
}

function requireAllRows(table: TableObject, result: ResultSetHeader, warning: Warning | undefined): void {
  const skipped = Number(/Skipped: (\d+)/.exec(result.info)?.[1] ?? 0);
  if (warning === undefined && skipped === 0 && result.affectedRows === table.rows) return;
  const why = warning ? `: ${warning.Message} (${warning.Code})` : '';
  throw new LifeboatError(
    'check-failed',
    `table ${table.name} did not load whole: ${result.affectedRows} of ${table.rows} rows, ${skipped} skipped, ${result.warningStatus} warnings${why}`,
    { hint: 'nothing live was changed; the server may be older than the one that was backed up' },
  );
}
