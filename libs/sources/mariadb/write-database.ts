import { createHash } from 'node:crypto';
import type {
  ComponentRecord,
  Importance,
  MemberRecord,
  MemberSink,
  Note,
  WriteOptions,
} from '#sources/source.ts';
import { frameCompressor } from '../frame-compressor.ts';
import { objectsSql, rowsSql, tablesSql } from './by-hand-sql.ts';
import { selectRows } from './column-format.ts';
import type { Connection } from './connect.ts';
import type { DescribedTable } from './describe-tables.ts';
import { type DumpedRows, dumpRows } from './dump-rows.ts';
import type { DatabaseObjects, TableObject } from './format.ts';
import { changedError, type FrozenDatabase } from './freeze-databases.ts';
import { quoteQualified } from './quote-name.ts';

export interface DatabaseToWrite {
  id: string;
  /** Where its members lie. */
  folder: string;
  importance: Importance;
  database: FrozenDatabase;
  /** In the snapshot. */
  workers: readonly Connection[];
  /** Outside of it, for tables that know no snapshot; undefined if they are locked for the whole backup. */
  plain: Connection | undefined;
}

/**
 * Writes one database: rows table by table over all workers, then the definitions, then the same for a person
 * with the mariadb client. The first failure stops all and throws: no table is ever left out or cut.
 */
export async function writeDatabase(
  what: DatabaseToWrite,
  sink: MemberSink,
  options: WriteOptions,
): Promise<ComponentRecord> {
  const { database, folder } = what;
  const dumped = await dumpTables(what, sink, options);
  const objects: DatabaseObjects = {
    ...database,
    tables: database.tables.map((table) => tableObject(table, dumped.get(table))),
  };
  const members: MemberRecord[] = [...dumped.values()].flatMap((rows) => rows.members);
  const add = async (name: string, content: Uint8Array | (() => AsyncIterable<Uint8Array>)) => {
    const method = content instanceof Uint8Array ? 'deflate' : 'store';
    members.push(await sink.add(`${folder}/${name}`, content, { signal: options.signal, method }));
  };
  await add('objects.json', Buffer.from(`${JSON.stringify(objects, undefined, 1)}\n`));
  await add('1-tables.sql', Buffer.from(tablesSql(objects)));
  await add('2-rows.sql', () => rowsSql(objects, folder));
  await add('3-objects.sql', Buffer.from(objectsSql(objects)));

  const { tables } = objects;
  return {
    id: what.id,
    kind: 'mariadb-database',
    name: database.database,
    importance: what.importance,
    state: 'complete',
    bytes: tables.reduce((sum, table) => sum + table.bytes, 0),
    sha256: hashOfTables(tables),
    items: tables.length,
    rows: tables.reduce((sum, table) => sum + table.rows, 0),
    notes: notesOf(what),
    members,
    details: {
      views: objects.views.length,
      triggers: objects.triggers.length,
      routines: objects.routines.length,
      events: objects.events.length,
      sequences: objects.sequences.length,
    },
  };
}

/**
 * Tables without transactions first and one by one, each under its own lock and so as near to the snapshot
 * as can be; then the others, the largest first, so that the workers end together.
 */
async function dumpTables(
  what: DatabaseToWrite,
  sink: MemberSink,
  options: WriteOptions,
): Promise<Map<DescribedTable, DumpedRows>> {
  const { tables, database } = what.database;
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const dumped = new Map<DescribedTable, DumpedRows>();
  const frames = frameCompressor(options.compression);
  const dump = async (connection: Connection, table: DescribedTable): Promise<void> => {
    const number = String(tables.indexOf(table) + 1).padStart(4, '0');
    const item = `${database}.${table.name}`;
    try {
      const rows = await dumpRows(connection, {
        select: selectRows(table, database),
        folder: `${what.folder}/rows/${number}`,
        item,
        sink,
        frames,
        options: { ...options, signal },
      });
      dumped.set(table, rows);
    } catch (error) {
      throw changedError(error, item);
    }
  };

  const withRows = tables.filter((table) => table.hasRows);
  const apart = what.plain ? withRows.filter((table) => !table.transactional) : [];
  const shared = withRows
    .filter((table) => !apart.includes(table))
    .sort((a, b) => b.estimatedBytes - a.estimatedBytes);
  const lanes = what.workers.map(async (worker, lane) => {
    if (lane === 0 && what.plain) {
      for (const table of apart) await underLock(what.plain, database, table, dump);
    }
    for (let table = shared.shift(); table !== undefined; table = shared.shift()) {
      await inSnapshot(worker, table, dump);
    }
  });
  try {
    await allOrStop(lanes, failed);
  } finally {
    frames.close();
  }
  // In the order of the list, whichever was ready first.
  return new Map(withRows.map((table) => [table, dumped.get(table)!]));
}

/** Waits for all; the first to fail stops the others, and is what is thrown. */
async function allOrStop(lanes: Promise<void>[], stop: AbortController): Promise<void> {
  try {
    await Promise.all(lanes);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(lanes);
    throw error;
  }
}

type DumpTable = (connection: Connection, table: DescribedTable) => Promise<void>;

async function underLock(
  plain: Connection,
  database: string,
  table: DescribedTable,
  dump: DumpTable,
): Promise<void> {
  await plain.query(`LOCK TABLES ${quoteQualified(database, table.name)} READ`);
  await dump(plain, table);
  await plain.query('UNLOCK TABLES');
}

/** Without going back to the savepoint no one could change the table's definition until the backup's end. */
async function inSnapshot(worker: Connection, table: DescribedTable, dump: DumpTable): Promise<void> {
  await worker.query('SAVEPOINT table_read');
  await dump(worker, table);
  await worker.query('ROLLBACK TO SAVEPOINT table_read');
}

function tableObject(table: DescribedTable, dumped: DumpedRows | undefined): TableObject {
  const { transactional: _, estimatedBytes: __, historyLeftOut: ___, zoned: ____, ...described } = table;
  return {
    ...described,
    rows: dumped?.rows ?? 0,
    bytes: dumped?.bytes ?? 0,
    sha256: dumped?.sha256 ?? createHash('sha256').digest('hex'),
    members: dumped?.members.map(({ path }) => path) ?? [],
  };
}

function hashOfTables(tables: TableObject[]): string {
  const hash = createHash('sha256');
  for (const table of tables) hash.update(`${table.sha256}  ${table.name}\n`);
  return hash.digest('hex');
}

function notesOf(what: DatabaseToWrite): Note[] {
  const { tables, views, events } = what.database;
  const apart = (table: DescribedTable) => what.plain !== undefined && table.hasRows && !table.transactional;
  const note = (code: Note['code'], detail: string) => (item: { name: string }) => ({
    code,
    what: `${what.database.database}.${item.name}`,
    detail,
  });
  return [
    ...tables
      .filter(apart)
      .map((table) =>
        note('not-at-the-point', `${table.engine} has no transactions: read under its own lock`)(table),
      ),
    ...tables
      .filter((table) => !table.hasRows && table.columns.length > 0)
      .map((table) => note('definition-only', `the rows of ${table.engine} lie elsewhere`)(table)),
    ...tables
      .filter((table) => table.columns.length === 0)
      .map(note('lossy', 'all its columns are generated, so how many rows it has is not kept')),
    ...tables
      .filter((table) => table.historyLeftOut)
      .map(note('lossy', 'versioned by transactions: its history cannot be written back, current rows only')),
    ...tables
      .filter((table) => table.zoned.length > 0)
      .map((table) => note('lossy', zonedText(table.zoned))(table)),
    ...views
      .filter((view) => !view.valid)
      .map(note('invalid-view', 'names something that is not there, or that its definer may not use')),
    ...events.filter((event) => event.expired).map(note('expired-event', 'its time has passed')),
  ];
}

function zonedText(columns: string[]): string {
  return `computed from a TIMESTAMP and stored: ${columns.join(', ')}; a restore computes it anew under UTC, whatever time zone it was written under`;
}
