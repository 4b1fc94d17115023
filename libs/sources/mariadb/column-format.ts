import type { ColumnEncoding, TableObject } from './format.ts';
import { quoteName, quoteQualified } from './quote-name.ts';
import { parseTableDdl } from './table-ddl.ts';

/** The encoding of a column by its DATA_TYPE in information_schema. */
export function columnEncoding(dataType: string): ColumnEncoding {
  switch (dataType.toLowerCase()) {
    case 'enum':
      // As text, a label that looks like a number would be taken for a position.
      return 'number';
    case 'set':
      return 'set';
    case 'float':
      // As text a FLOAT has six digits only.
      return 'single';
    case 'uuid':
    case 'inet4':
    case 'inet6':
      return 'text';
    default:
      return 'plain';
  }
}

/**
 * The statement that reads a table's rows in the order that stands in the archive. `at` reads the same rows
 * from another place: the staged table. Run it with readRows, which sees to the session's charset.
 */
export function selectRows(
  table: Pick<TableObject, 'name' | 'columns' | 'orderBy' | 'systemVersioned' | 'ddl'>,
  database: string,
  at: string = table.name,
): string {
  const values = table.columns.map((column) => selected(quoteName(column.name), column.as)).join(', ');
  const history = table.systemVersioned ? ' FOR SYSTEM_TIME ALL' : '';
  const sorted = table.orderBy.length > 0;
  const order = sorted ? ` ORDER BY ${table.orderBy.map(quoteName).join(', ')}` : '';
  // Else a secondary index that covers all columns would be read instead of the table.
  const from = sorted && hasPrimaryKey(table.ddl) ? ' FORCE INDEX (PRIMARY)' : ' USE INDEX ()';
  return `SELECT ${values} FROM ${quoteQualified(database, at)}${history}${from}${order}`;
}

/**
 * What follows the table's name in LOAD DATA: the list of columns and variables, and SET for those that
 * need an expression: `` (`a`, @c1) SET `b` = @c1 + 0 ``. Any SET makes the server forget that the
 * AUTO_INCREMENT column was given a value, and number a row with id 0 anew; so that column is set too.
 */
export function loadColumns(table: Pick<TableObject, 'columns' | 'ddl'>): string {
  const targets: string[] = [];
  const sets: string[] = [];
  const shapes = requiredShapes(table.ddl);
  for (const [index, column] of table.columns.entries()) {
    const name = quoteName(column.name);
    const variable = `@c${index}`;
    const expression = shapes.has(column.name) ? `NULLIF(${variable}, '')` : loaded(variable, column.as);
    targets.push(expression === undefined ? name : `@c${index}`);
    if (expression !== undefined) sets.push(`${name} = ${expression}`);
  }
  if (sets.length === 0) return `(${targets.join(', ')})`;
  return `(${targets.join(', ')}) SET ${[...autoIncrementItself(table.ddl), ...sets].join(', ')}`;
}

/**
 * Geometry columns that may not be NULL: INSERT IGNORE leaves an empty value there for it, which the server
 * takes again in no other way.
 */
export function requiredShapes(ddl: string): Set<string> {
  const type =
    /^`(?:[^`]|``)+` (?:geometry|point|linestring|polygon|multi\w+|geometrycollection)\b.* NOT NULL/i;
  return new Set(
    parseTableDdl(ddl).items.flatMap((item) =>
      item.kind === 'column' && type.test(item.text) ? [item.name] : [],
    ),
  );
}

function hasPrimaryKey(ddl: string): boolean {
  return parseTableDdl(ddl).items.some((item) => item.kind === 'primary');
}

function autoIncrementItself(ddl: string): string[] {
  return parseTableDdl(ddl).items.flatMap((item) =>
    item.kind === 'column' && item.autoIncrement ? [`${quoteName(item.name)} = ${quoteName(item.name)}`] : [],
  );
}

function selected(column: string, as: ColumnEncoding): string {
  switch (as) {
    case 'number':
      return `${column}+0`;
    case 'set':
      return `CAST(${column} AS UNSIGNED)`;
    case 'single':
      // From 1 on neighbours are at least 2^-23 apart, so seven decimals tell them apart; they take the server
      // half the time that all digits of a DOUBLE take.
      return `IF(ABS(${column})>=1,CAST(ROUND(${column}+0e0,7) AS CHAR),${column}+0e0)`;
    case 'float':
      return `${column}+0e0`;
    case 'plain':
    case 'text':
      return column;
  }
}

/** The expression that makes a column's value of its text; undefined: the text itself. */
export function loaded(variable: string, as: ColumnEncoding): string | undefined {
  switch (as) {
    case 'number':
      return `${variable}+0`;
    case 'set':
      return `CAST(${variable} AS UNSIGNED)`;
    case 'text':
      return `CONVERT(${variable} USING latin1)`;
    case 'plain':
    case 'single':
    case 'float':
      return undefined;
  }
}
