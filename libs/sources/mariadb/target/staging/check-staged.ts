import { createHash } from 'node:crypto';
import { LifeboatError } from '#platform/errors.ts';
import type { MemberReader } from '../../../restore-target.ts';
import { selectRows } from '../../column-format.ts';
import type { Connection } from '../../connect.ts';
import type { TableObject } from '../../format.ts';
import { quoteQualified } from '../../quote-name.ts';
import { readRows } from '../../read-rows.ts';
import { allOrAbort } from './all-or-abort.ts';
import { archivedRows } from './archived-rows.ts';
import { rowBag } from './row-bag.ts';
import type { StagedDatabase } from './stage-objects.ts';

/**
 * Reads every staged table back in the order of the dump and compares row count and SHA-256 with the
 * archive, and the list of tables and the sequences' values too (BS-26). A table whose rows came to lie in
 * another order, as Aria has it, is compared row by row with `archive` regardless of it. Throws
 * `check-failed` naming the first difference. Resolves with a line for a person.
 */
export async function checkStaged(
  connections: readonly Connection[],
  database: StagedDatabase,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<string> {
  const { objects, place } = database;
  await compareTableList(connections[0]!, database);
  for (const sequence of objects.sequences) {
    const [now] = await connections[0]!.query<{ next: string; round: string }>(
      `SELECT CAST(next_not_cached_value AS CHAR) AS next, CAST(cycle_count AS CHAR) AS round
        FROM ${quoteQualified(place.staging, sequence.name)}`,
    );
    if (now?.next === sequence.next && now.round === sequence.round) continue;
    throw differs(
      `sequence ${place.database}.${sequence.name}`,
      `stands at ${now?.next}, not ${sequence.next}`,
    );
  }
  const queue = objects.tables.filter((table) => table.hasRows).sort((a, b) => b.bytes - a.bytes);
  const work = async (connection: Connection): Promise<void> => {
    for (let table = queue.shift(); table; table = queue.shift()) {
      signal.throwIfAborted();
      await compareRows(connection, table, { ...database, archive }, signal);
    }
  };
  await allOrAbort(connections, work);
  const rows = objects.tables.reduce((sum, table) => sum + table.rows, 0);
  const tables = objects.tables.length;
  return `${tables.toLocaleString('en')} ${tables === 1 ? 'table' : 'tables'}, ${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}: equal to the archive`;
}

async function compareTableList(connection: Connection, { objects, place }: StagedDatabase): Promise<void> {
  const found = await connection.query<{ name: string }>(
    `SELECT TABLE_NAME AS name FROM information_schema.TABLES
      WHERE TABLE_SCHEMA = ? AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE')`,
    [place.staging],
  );
  const names = new Set(found.map((row) => row.name.toLowerCase()));
  const wanted = [...objects.tables, ...objects.sequences].map((object) => object.name);
  const missing = wanted.find((name) => !names.has(name.toLowerCase()));
  if (missing !== undefined) throw differs(`table ${place.database}.${missing}`, 'is not there');
  if (found.length !== wanted.length) {
    throw differs(`database ${place.database}`, `has ${found.length} staged tables, not ${wanted.length}`);
  }
}

async function compareRows(
  connection: Connection,
  table: TableObject,
  { place, archive }: StagedDatabase & { archive: MemberReader },
  signal: AbortSignal,
): Promise<void> {
  const hash = createHash('sha256');
  const select = selectRows(table, place.staging);
  const read = await readRows(connection, select, async (block) => void hash.update(block), signal);
  const name = `table ${place.database}.${table.name}`;
  if (read.rows !== table.rows) throw differs(name, `has ${read.rows} rows, not ${table.rows}`);
  if (hash.digest('hex') === table.sha256) return;
  const bag = rowBag();
  await readRows(connection, select, async (block) => bag.take(block), signal);
  if (bag.digest() === (await archivedBag(table, archive, signal))) return;
  throw differs(name, 'has the right number of rows, but their content differs from the archive');
}

/** Undefined if what the archive holds is not what its manifest says. */
async function archivedBag(
  table: TableObject,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<string | undefined> {
  const hash = createHash('sha256');
  const bag = rowBag();
  for await (const chunk of archivedRows(table, archive, { signal, onBytes: () => undefined })) {
    hash.update(chunk);
    bag.take(chunk);
  }
  return hash.digest('hex') === table.sha256 ? bag.digest() : undefined;
}

function differs(what: string, how: string): LifeboatError {
  return new LifeboatError('check-failed', `the staged ${what} ${how}`, {
    hint: 'nothing live was changed; verify the archive, and look into the error log of the server',
  });
}
