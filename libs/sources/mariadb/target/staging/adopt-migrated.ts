import type { Connection } from '../../connect.ts';
import { type DescribedTable, describeTables } from '../../describe-tables.ts';
import type { CodeObject, DatabaseObjects, TableObject } from '../../format.ts';
import { quoteName, quoteQualified } from '../../quote-name.ts';
import { readObjects, type StoredObjects } from '../../read-objects.ts';
import { readSequences } from '../../read-sequences.ts';
import { parseTableDdl } from '../../table-ddl.ts';
import { tableOfTrigger, withDefiner, withoutTriggerDatabase } from '../objects/object-ddl.ts';
import { renameDatabases } from './rename-databases.ts';
import type { StagedDatabase } from './stage-objects.ts';
import type { StagedTable } from './staged-table.ts';

/** A staged database and the objects that it had before it was migrated. */
export interface MigratedDatabase {
  staged: StagedDatabase;
  before: StoredObjects;
}

/**
 * LB-05: what a migration made of a staged database, as the switch-over has to know it. Tables go live as they are
 * now. Views, routines and events that it left alone are made as in the archive; those that it made or changed as
 * they are in staging, by the archive's definer where the archive has one of that name. Triggers of the archive
 * come back with their tables; those that it made are taken off, since a table with triggers cannot be moved.
 */
export async function adoptMigrated(
  connection: Connection,
  { staged, before }: MigratedDatabase,
): Promise<StagedDatabase> {
  const { place, objects } = staged;
  const liveOf = liveNames(place);
  const now = await readObjects(connection, place.staging);
  for (const { name } of now.triggers) {
    await connection.query(`DROP TRIGGER ${quoteQualified(place.staging, name)}`);
  }
  const described = await describeTables(connection, place.staging);
  const tables = described.map((table) => asTable(table, objects));
  const ours = <T extends CodeObject & { type?: string }>(archived: T[], was: T[], is: T[]): T[] =>
    adopt(archived, was, is, (ddl) => renameDatabases(ddl, liveOf));
  const impossible = objects.views.filter(({ name }) => staged.impossibleViews.includes(name));
  return {
    ...staged,
    objects: {
      ...objects,
      tables,
      sequences: await readSequences(connection, place.staging),
      views: [...ours(objects.views, before.views, now.views), ...impossible],
      routines: ours(objects.routines, before.routines, now.routines),
      events: [
        ...ours(objects.events, before.events, now.events),
        ...objects.events.filter(({ expired }) => expired),
      ],
      triggers: triggersOf(objects, tables, now.triggers),
    },
    tables: described.map((table) => asStaged(table, staged, liveOf)),
  };
}

/** The live name of a staged database of the set. */
function liveNames(place: StagedDatabase['place']): (name: string) => string | undefined {
  return (name) => (name.toLowerCase() === place.staging.toLowerCase() ? place.database : undefined);
}

function adopt<T extends CodeObject & { type?: string }>(
  archived: readonly T[],
  before: readonly T[],
  now: readonly T[],
  inLive: (ddl: string) => string,
): T[] {
  return now.map((object) => {
    const same = (other: T): boolean => other.name === object.name && other.type === object.type;
    const kept = archived.find(same);
    if (kept !== undefined && before.find(same)?.ddl === object.ddl) return kept;
    const { sqlMode } = object.context;
    const definer = kept?.definer ?? object.definer;
    return { ...object, definer, ddl: withDefiner(inLive(object.ddl), definer, sqlMode) };
  });
}

function triggersOf(
  objects: DatabaseObjects,
  tables: readonly TableObject[],
  made: readonly CodeObject[],
): CodeObject[] {
  const isThere = (name: string | undefined): boolean =>
    tables.some((table) => table.name.toLowerCase() === name?.toLowerCase());
  const kept = objects.triggers
    .filter(({ name }) => !made.some((other) => other.name === name))
    .filter(({ ddl, context }) => isThere(tableOfTrigger(ddl, context.sqlMode)));
  const own = made.map((trigger) => ({
    ...trigger,
    ddl: withoutTriggerDatabase(trigger.ddl, trigger.context.sqlMode),
  }));
  return [...kept, ...own];
}

/** Rows are no longer those of the archive: nothing of theirs can be compared. */
function asTable(described: DescribedTable, { tables }: DatabaseObjects): TableObject {
  const archived = tables.find(({ name }) => name === described.name);
  const { transactional: _, estimatedBytes: __, historyLeftOut: ___, zoned: ____, ...table } = described;
  const { rows = 0, bytes = 0, sha256 = '', members = [] } = archived ?? {};
  return { ...table, rows, bytes, sha256, members };
}

function asStaged(
  { name, ddl, columns }: DescribedTable,
  { tables }: StagedDatabase,
  liveOf: (name: string) => string | undefined,
): StagedTable {
  const archived = tables.find((table) => table.name === name);
  const isColumn = (column: string): boolean => columns.some((one) => one.name === column);
  // A default that names a sequence names its database too, which is another one after the switch.
  const own = parseTableDdl(ddl).items.flatMap((item) =>
    item.kind === 'column' && item.sequenceDefault !== undefined
      ? [
          {
            column: item.name,
            clause: `ALTER COLUMN ${quoteName(item.name)} SET DEFAULT ${renameDatabases(item.sequenceDefault.expression, liveOf)}`,
          },
        ]
      : [],
  );
  const kept = (archived?.sequenceDefaults ?? []).filter(
    ({ column }) => isColumn(column) && !own.some((other) => other.column === column),
  );
  return {
    name,
    create: '',
    indexes: [],
    foreignKeys: { inside: [], outside: archived?.foreignKeys.outside ?? [] },
    sequenceDefaults: [...kept, ...own],
  };
}
