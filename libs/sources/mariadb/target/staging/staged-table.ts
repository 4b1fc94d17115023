import { ddlBeforeRows } from '../../ddl-before-rows.ts';
import { quoteName, quoteQualified } from '../../quote-name.ts';
import { type ForeignKeyItem, type KeyItem, parseTableDdl, type TableItem } from '../../table-ddl.ts';

/** How a table is built beside the live one, in the order in which the parts are run. */
export interface StagedTable {
  name: string;
  /** CREATE TABLE with the keys that the rows need while they come in; no foreign keys. */
  create: string;
  /** Clauses of the one ALTER TABLE that follows the rows; empty if the CREATE has all keys. */
  indexes: string[];
  /** `inside`: to a database of the set, added in staging. `outside`: to any other, added after the switch. */
  foreignKeys: { inside: StagedKey[]; outside: StagedKey[] };
  /** ALTER TABLE clauses that name a sequence by its schema, so only possible after the switch. */
  sequenceDefaults: { column: string; clause: string }[];
}

/** A foreign key as ALTER TABLE clauses. */
export interface StagedKey {
  name: string;
  inStaging: string;
  inLive: string;
}

/**
 * Turns a table's definition into the steps that build it in `staging`. `stagingOf` gives the staging name
 * of a database of the set, or undefined for any other database.
 */
export function stagedTable(
  table: { name: string; engine: string; ddl: string; rows?: number },
  place: Place & { staging: string },
): StagedTable {
  const parsed = parseTableDdl(ddlBeforeRows(table));
  const keys = parsed.items.filter((item) => isKey(item));
  // Keys of other engines are filled by the load itself; a later ALTER would copy the whole table.
  const kept = table.engine.toLowerCase() === 'innodb' ? keysNeededByRows(parsed.items, keys) : keys.length;
  const deferred = new Set<TableItem>(keys.slice(kept));
  const foreign = parsed.items.filter((item) => item.kind === 'foreign');
  const inCreate = parsed.items.filter((item) => item.kind !== 'foreign' && !deferred.has(item));
  const body = inCreate.map((item) => `  ${itemText(item)}`).join(',\n');
  return {
    name: table.name,
    create: `CREATE TABLE ${quoteQualified(place.staging, table.name)} (\n${body}\n)${parsed.tail}`,
    indexes: keys.slice(kept).map((key) => `ADD ${key.text}`),
    foreignKeys: splitForeignKeys(foreign, place),
    sequenceDefaults: parsed.items.flatMap((item) =>
      item.kind === 'column' && item.sequenceDefault
        ? [
            {
              column: item.name,
              clause: `ALTER COLUMN ${quoteName(item.name)} SET DEFAULT ${item.sequenceDefault.expression}`,
            },
          ]
        : [],
    ),
  };
}

function isKey(item: TableItem): item is KeyItem {
  return item.kind === 'primary' || item.kind === 'unique' || item.kind === 'index';
}

/**
 * How many of the keys, from the first on, the CREATE must have: the primary key, without one the UNIQUE
 * keys (InnoDB may cluster rows by one), the key that AUTO_INCREMENT needs, keys that are checks. Always a
 * beginning of the list, because the server shows keys in the order in which they were added.
 */
function keysNeededByRows(items: TableItem[], keys: KeyItem[]): number {
  const counted = items.find((item) => item.kind === 'column' && item.autoIncrement);
  const column = counted?.kind === 'column' ? counted.name : undefined;
  const counting = column === undefined ? -1 : keys.findIndex((key) => key.firstColumn === column);
  const hasPrimary = keys.some((key) => key.kind === 'primary');
  const needed = keys.findLastIndex(
    (key, i) =>
      key.kind === 'primary' || (key.kind === 'unique' && !hasPrimary) || key.special || i === counting,
  );
  return needed + 1;
}

function itemText(item: TableItem): string {
  return item.kind === 'column' ? (item.sequenceDefault?.textWithout ?? item.text) : item.text;
}

interface Place {
  database: string;
  stagingOf: (database: string) => string | undefined;
}

function splitForeignKeys(keys: ForeignKeyItem[], place: Place): StagedTable['foreignKeys'] {
  const staged = (key: ForeignKeyItem): StagedKey => ({
    name: key.name,
    inStaging: `ADD ${key.referring(quoteQualified(stagingOf(key, place) ?? '', key.referencedTable))}`,
    inLive: `ADD ${key.text}`,
  });
  const { inside = [], outside = [] } = Object.groupBy(keys, (key) =>
    stagingOf(key, place) === undefined ? 'outside' : 'inside',
  );
  return { inside: inside.map(staged), outside: outside.map(staged) };
}

function stagingOf(key: ForeignKeyItem, place: Place): string | undefined {
  return place.stagingOf(key.referencedDatabase ?? place.database);
}
