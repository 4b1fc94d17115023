import type { MemberReader } from '../../../restore-target.ts';
import type { Connection } from '../../connect.ts';
import type { DatabaseObjects, SequenceObject, TableObject } from '../../format.ts';
import { quoteName, quoteQualified } from '../../quote-name.ts';
import { allOrAbort } from './all-or-abort.ts';
import { insertTable } from './insert-table.ts';
import { loadTable } from './load-table.ts';
import { notPossible } from './not-possible.ts';
import { type StagedTable, stagedTable } from './staged-table.ts';

export interface StagingPlace {
  /** The database as the archive names it, and where it is staged. */
  database: string;
  staging: string;
  /** The staging name of any database of the set; undefined for others. */
  stagingOf: (database: string) => string | undefined;
}

export interface StageTablesOptions {
  archive: MemberReader;
  /** `insert` where the server refuses LOAD DATA LOCAL. */
  how: 'load' | 'insert';
  signal: AbortSignal;
  onBytes: (bytes: number, item: string) => void;
}

/**
 * Builds sequences and tables of a database in staging, rows and indexes included, on all `connections` at
 * once (sessions of connectForStaging). Foreign keys are left out: they may lead to databases that are not
 * staged yet. Returns the tables as they were built, in the archive's order.
 */
export async function stageTables(
  connections: readonly Connection[],
  objects: DatabaseObjects,
  place: StagingPlace,
  options: StageTablesOptions,
): Promise<StagedTable[]> {
  const [first] = connections;
  for (const sequence of objects.sequences) await createSequence(first!, sequence, place.staging);
  const staged = objects.tables.map((table) => stagedTable(table, place));
  // The largest first, so that no connection is left alone with it at the end.
  const queue = objects.tables
    .map((table, i) => ({ table, steps: staged[i]! }))
    .sort((a, b) => b.table.bytes - a.table.bytes);
  const work = async (connection: Connection): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      options.signal.throwIfAborted();
      await stageTable(connection, next.table, next.steps, place, options);
    }
  };
  await allOrAbort(connections, work);
  return staged;
}

async function stageTable(
  connection: Connection,
  table: TableObject,
  steps: StagedTable,
  place: StagingPlace,
  options: StageTablesOptions,
): Promise<void> {
  const item = `${place.database}.${table.name}`;
  await connection.query(`USE ${quoteName(place.staging)}`);
  if (table.engine.toUpperCase() === 'MEMORY') await makeRoomInMemory(connection, table);
  try {
    await connection.query(steps.create);
  } catch (cause) {
    throw notPossible(`table ${item}`, cause);
  }
  if (table.hasRows && table.members.length > 0) {
    const fill = options.how === 'load' ? loadTable : insertTable;
    await fill(
      connection,
      table,
      { database: place.staging, archive: options.archive },
      { signal: options.signal, onBytes: (bytes) => options.onBytes(bytes, item) },
    );
  }
  const clauses = [...steps.indexes, ...autoIncrementClause(table)];
  if (clauses.length === 0) return;
  await connection.query(`ALTER TABLE ${quoteQualified(place.staging, table.name)} ${clauses.join(', ')}`);
}

/** The row limit of a MEMORY table is taken from the session that makes it. */
async function makeRoomInMemory(connection: Connection, table: TableObject): Promise<void> {
  const [now] = await connection.query<{ bytes: string }>('SELECT @@max_heap_table_size AS bytes');
  const needed = Math.max(Number(now?.bytes ?? 0), table.bytes * 8 + (16 << 20));
  await connection.query(`SET SESSION max_heap_table_size = ${needed}`);
}

function autoIncrementClause(table: TableObject): string[] {
  // ARCHIVE knows only what its definition says; see ddlBeforeRows.
  if (table.autoIncrement === undefined || table.engine.toUpperCase() === 'ARCHIVE') return [];
  return [`AUTO_INCREMENT = ${table.autoIncrement}`];
}

async function createSequence(
  connection: Connection,
  sequence: SequenceObject,
  staging: string,
): Promise<void> {
  await connection.query(`USE ${quoteName(staging)}`);
  try {
    await connection.query(sequence.ddl);
  } catch (cause) {
    throw notPossible(`sequence ${sequence.name}`, cause);
  }
  const name = quoteQualified(staging, sequence.name);
  await connection.query(`SELECT SETVAL(${name}, ${sequence.next}, 0, ${sequence.round})`);
}
