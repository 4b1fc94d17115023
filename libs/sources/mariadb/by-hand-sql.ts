import { loadColumns } from './column-format.ts';
import { databaseOptions } from './database-options.ts';
import { ddlBeforeRows } from './ddl-before-rows.ts';
import type { CodeObject, CreationContext, DatabaseObjects, TableObject } from './format.ts';
import { quoteName, quoteText } from './quote-name.ts';

/** How a person brings a database back with nothing but zstd and the mariadb client; tried in a test. */
const GUIDE = [
  'To restore this database by hand, unpack its folder, go into it, and run:',
  '  zstd -q -d --rm -r rows',
  '  mariadb --default-character-set=utf8mb4 --comments < 1-tables.sql',
  '  mariadb --default-character-set=utf8mb4 --local-infile=1 --show-warnings < 2-rows.sql',
  '  mariadb --default-character-set=utf8mb4 --comments < 3-objects.sql',
  'The server must allow it (SET GLOBAL local_infile = 1), and the database must not be there yet.',
  'With several databases: run 1 for all, then 2 for all, then 3 for all. The accounts that views,',
  'triggers, routines and events name as their definers stand in accounts.json one folder above.',
];

const SESSION = [
  'SET NAMES utf8mb4;',
  `SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', time_zone = '+00:00',`,
  '  foreign_key_checks = 0, check_constraint_checks = 0, innodb_strict_mode = 0;',
  '/*M!100803 SET SESSION explicit_defaults_for_timestamp = 1 */;',
];

/** 1-tables.sql: the database, its sequences and tables. */
export function tablesSql(o: DatabaseObjects): string {
  const database = quoteName(o.database);
  return lines([
    ...GUIDE.map((line) => `-- ${line}`),
    ...SESSION,
    `CREATE DATABASE ${database} ${databaseOptions({ ...o, comment: o.comment || undefined })};`,
    `USE ${database};`,
    ...o.sequences.flatMap(({ name, ddl, next, round }) => [
      `${ddl};`,
      `DO SETVAL(${quoteName(name)}, ${next}, 0, ${round});`,
    ]),
    ...o.tables.map((table) => `${ddlBeforeRows(table)};`),
  ]);
}

/** 2-rows.sql: a LOAD DATA for each member of rows, as `zstd -d` leaves it. `folder` is where members lie. */
export async function* rowsSql(o: DatabaseObjects, folder: string): AsyncGenerator<Buffer> {
  yield Buffer.from(lines([...SESSION, `USE ${quoteName(o.database)};`]));
  for (const table of o.tables) {
    for (const member of table.members) {
      const file = member.slice(folder.length + 1).replace(/\.zst$/, '');
      yield Buffer.from(lines(loadStatements(table, file)));
    }
  }
}

/** 3-objects.sql: what runs by itself or is looked through, each under the session it was made in. */
export function objectsSql(o: DatabaseObjects): string {
  const usable = o.views.filter((view) => view.valid);
  return lines([
    ...SESSION,
    `USE ${quoteName(o.database)};`,
    ...o.routines.flatMap((routine) => createCode(routine, o)),
    ...usable.flatMap((view) => createCode(view, o)),
    ...o.triggers.flatMap((trigger) => createCode(trigger, o)),
    ...o.events.filter((event) => !event.expired).flatMap((event) => createCode(event, o)),
    ...o.views.filter((view) => !view.valid).flatMap((view) => asComment('was unusable already', view)),
    ...o.events.filter((event) => event.expired).flatMap((event) => asComment('its time had passed', event)),
  ]);
}

function loadStatements(table: TableObject, file: string): string[] {
  const history = table.systemVersioned ? ['SET SESSION system_versioning_insert_history = 1;'] : [];
  return [
    ...history,
    `LOAD DATA LOCAL INFILE ${quoteText(file)} INTO TABLE ${quoteName(table.name)} CHARACTER SET binary ` +
      `FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' ${loadColumns(table)};`,
  ];
}

function createCode(code: CodeObject, o: DatabaseObjects): string[] {
  const { context } = code;
  const delimiter = freeDelimiter(code.ddl);
  const collation = context.databaseCollation;
  const other = collation !== undefined && collation !== o.collation;
  const alter = (to: string) => `ALTER DATABASE ${quoteName(o.database)} COLLATE ${to};`;
  return [
    ...(other ? [alter(collation)] : []),
    `SET SESSION sql_mode = ${quoteText(context.sqlMode)}, time_zone = ${quoteText(context.timeZone ?? '+00:00')};`,
    `SET SESSION character_set_client = ${clientCharset(code.ddl, context)}, ` +
      `collation_connection = ${context.collationConnection};`,
    `DELIMITER ${delimiter}`,
    `${code.ddl} ${delimiter}`,
    'DELIMITER ;',
    'SET NAMES utf8mb4;',
    ...(other ? [alter(o.collation)] : []),
  ];
}

/** This file is UTF-8; under another character set only text without other letters reads the same. */
function clientCharset(ddl: string, context: CreationContext): string {
  const ascii = /^[\0-\x7f]*$/.test(ddl);
  return ascii || /^utf8/.test(context.charsetClient) ? context.charsetClient : 'utf8mb4';
}

function freeDelimiter(text: string): string {
  let delimiter = ';;';
  for (let i = 1; text.includes(delimiter); i++) delimiter = `//${i}//`;
  return delimiter;
}

function asComment(why: string, code: CodeObject): string[] {
  return [
    `-- ${code.name.replaceAll('\n', ' ')}: ${why}`,
    ...code.ddl.split('\n').map((line) => `-- ${line}`),
  ];
}

function lines(list: string[]): string {
  return `${list.join('\n')}\n`;
}
