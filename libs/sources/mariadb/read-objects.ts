import { LifeboatError } from '#platform/errors.ts';
import type { Connection } from './connect.ts';
import type {
  CodeObject,
  CreationContext,
  DatabaseObjects,
  EventObject,
  RoutineObject,
  ViewObject,
} from './format.ts';
import { inOrderOfUse } from './in-order-of-use.ts';
import { quoteName } from './quote-name.ts';
import { serverErrno } from './server-errno.ts';

/** ER_QUERY_INTERRUPTED, ER_STATEMENT_TIMEOUT: says nothing of the view. */
const ENDED = new Set([1317, 1969]);
/** The definer is gone; a table of it has no file, is of no known kind, is damaged, cannot be read. */
const UNSHOWABLE = new Set([1449, 1016, 1017, 1030, 1033, 1034, 1194, 1195, 1877, 1932]);

export type StoredObjects = Pick<DatabaseObjects, 'views' | 'triggers' | 'routines' | 'events'>;

/** What SHOW CREATE gives for any kind of stored object; `null` where the account may not see the code. */
type Shown = Record<string, string | null>;

/**
 * Views, triggers, routines and events of a database, each in an order in which they can be created. A right
 * that hides code or lists is an error: what cannot be seen would be missing without a word. Triggers of the tables
 * `without`, which the server cannot open, are passed over.
 */
export async function readObjects(
  connection: Connection,
  database: string,
  without: readonly string[] = [],
): Promise<StoredObjects> {
  // With the database chosen, SHOW CREATE VIEW leaves its name out, so that the view can be made elsewhere.
  await connection.query(`USE ${quoteName(database)}`);
  return {
    views: await readViews(connection, database),
    triggers: await readTriggers(connection, database, without),
    routines: await readRoutines(connection, database),
    events: await readEvents(connection, database),
  };
}

async function readViews(connection: Connection, database: string): Promise<ViewObject[]> {
  const listed = await connection.query<{ name: string; definer: string }>(
    `SELECT TABLE_NAME AS name, DEFINER AS definer FROM information_schema.VIEWS
     WHERE ${exactly('TABLE_SCHEMA')} ORDER BY TABLE_NAME`,
    [database, database],
  );
  const views: ViewObject[] = [];
  for (const { name, definer } of listed) {
    const shown = await showView(connection, database, name);
    const ddl = code(shown, 'Create View', `view ${name} of ${database}`, 'SHOW VIEW');
    const valid = await isUsable(connection, name);
    views.push({ name, ddl, definer, context: { ...contextOf(shown), sqlMode: '' }, valid });
  }
  return inOrderOfUse(views);
}

/**
 * SHOW CREATE is refused for a view with a function whose definer is gone, or over a table that cannot be opened; its
 * parts can still be read.
 */
async function showView(connection: Connection, database: string, name: string): Promise<Shown> {
  try {
    return await show(connection, 'VIEW', name);
  } catch (error) {
    if (!UNSHOWABLE.has(serverErrno(error) ?? 0)) throw error;
  }
  const [row] = await connection.query<Record<string, string>>(
    `SELECT ALGORITHM AS algorithm, DEFINER AS definer, SECURITY_TYPE AS security, VIEW_DEFINITION AS text,
       CHECK_OPTION AS checked, CHARACTER_SET_CLIENT AS client, COLLATION_CONNECTION AS collation
     FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?`,
    [database, name],
  );
  const { algorithm, definer = '', security, text = '', checked, client, collation } = row ?? {};
  const at = definer.lastIndexOf('@');
  const host = definer.slice(at + 1);
  const account = quoteName(definer.slice(0, at)) + (host === '' ? '' : `@${quoteName(host)}`);
  const check = checked === 'NONE' ? '' : ` WITH ${checked} CHECK OPTION`;
  const head = `CREATE ALGORITHM=${algorithm} DEFINER=${account} SQL SECURITY ${security} VIEW`;
  return {
    'Create View': text === '' ? null : `${head} ${quoteName(name)} AS ${text}${check}`,
    character_set_client: client ?? null,
    collation_connection: collation ?? null,
  };
}

/** Whatever it is that a view needs and that is not there: a table, a column, a right, its definer. */
async function isUsable(connection: Connection, name: string): Promise<boolean> {
  try {
    await connection.query(`SHOW COLUMNS FROM ${quoteName(name)}`);
    return true;
  } catch (error) {
    const refused = error instanceof LifeboatError && error.code === 'database-failed';
    if (refused && !ENDED.has(serverErrno(error) ?? 0)) return false;
    throw error;
  }
}

/** Several triggers of one event run in the order of their creation, so that is the order here. */
async function readTriggers(
  connection: Connection,
  database: string,
  without: readonly string[],
): Promise<CodeObject[]> {
  const listed = await connection.query<{ name: string; definer: string; table: string }>(
    `SELECT TRIGGER_NAME AS name, DEFINER AS definer, EVENT_OBJECT_TABLE AS \`table\` FROM information_schema.TRIGGERS WHERE ${exactly('TRIGGER_SCHEMA')}
     ORDER BY EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER`,
    [database, database],
  );
  const triggers: CodeObject[] = [];
  for (const { name, definer } of listed.filter(({ table }) => !without.includes(table))) {
    const shown = await show(connection, 'TRIGGER', name);
    const ddl = code(shown, 'SQL Original Statement', `trigger ${name} of ${database}`, 'TRIGGER');
    triggers.push({ name, ddl, definer, context: contextOf(shown) });
  }
  return triggers;
}

/** Packages before their bodies, and before the rest, which may name them. */
async function readRoutines(connection: Connection, database: string): Promise<RoutineObject[]> {
  const listed = await connection.query<{
    name: string;
    type: RoutineObject['type'];
    definer: string;
    comment: string;
  }>(
    `SELECT ROUTINE_NAME AS name, ROUTINE_TYPE AS type, DEFINER AS definer, ROUTINE_COMMENT AS comment
     FROM information_schema.ROUTINES
     WHERE ${exactly('ROUTINE_SCHEMA')}
     ORDER BY FIELD(ROUTINE_TYPE, 'PACKAGE', 'PACKAGE BODY', 'FUNCTION', 'PROCEDURE'), ROUTINE_NAME`,
    [database, database],
  );
  const routines: RoutineObject[] = [];
  for (const { name, type, definer, comment } of listed) {
    const shown = await show(connection, type, name);
    const column = Object.keys(shown).find((key) => key.startsWith('Create ')) ?? '';
    const what = `${type.toLowerCase()} ${name} of ${database}`;
    const ddl = exactComment(code(shown, column, what, 'SELECT on mysql.*'), comment, shown.sql_mode);
    routines.push({ name, type, ddl, definer, context: contextOf(shown) });
  }
  return routines;
}

async function readEvents(connection: Connection, database: string): Promise<EventObject[]> {
  const listed = await connection.query<{
    name: string;
    definer: string;
    status: EventObject['status'];
    comment: string;
    expired: number | null;
  }>(
    `SELECT EVENT_NAME AS name, DEFINER AS definer, STATUS AS status, EVENT_COMMENT AS comment,
       ON_COMPLETION = 'NOT PRESERVE'
         AND CONVERT_TZ(COALESCE(EXECUTE_AT, ENDS), TIME_ZONE, '+00:00') < UTC_TIMESTAMP() AS expired
     FROM information_schema.EVENTS WHERE ${exactly('EVENT_SCHEMA')} ORDER BY EVENT_NAME`,
    [database, database],
  );
  const events: EventObject[] = [];
  for (const { name, definer, status, comment, expired } of listed) {
    const shown = await show(connection, 'EVENT', name);
    const text = code(shown, 'Create Event', `event ${name} of ${database}`, 'EVENT');
    const ddl = exactComment(text, comment, shown.sql_mode);
    const context = { ...contextOf(shown), timeZone: shown.time_zone ?? 'SYSTEM' };
    events.push({ name, ddl, definer, context, status, expired: expired === 1 });
  }
  return events;
}

/** Compared with a name without regard to case, also where `a` and `A` are two databases. */
function exactly(column: string): string {
  return `${column} = ? AND (@@lower_case_table_names <> 0 OR BINARY ${column} = BINARY ?)`;
}

async function show(connection: Connection, type: string, name: string): Promise<Shown> {
  const [row] = await connection.query<Shown>(`SHOW CREATE ${type} ${quoteName(name)}`);
  return row ?? {};
}

function code(shown: Shown, column: string, what: string, right: string): string {
  const text = shown[column];
  if (typeof text === 'string' && text !== '') return text;
  throw new LifeboatError('database-right-missing', `the account may not see the code of the ${what}`, {
    hint: `grant it ${right}`,
  });
}

/** SHOW CREATE escapes a comment by backslashes also where the object's sql_mode takes these as they are. */
function exactComment(ddl: string, comment: string, sqlMode: string | null | undefined): string {
  if (!sqlMode?.includes('NO_BACKSLASH_ESCAPES') || !/[\\\n\r\0]/.test(comment)) return ddl;
  const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\0': '\\0' };
  const quoted = comment.replaceAll("'", "''");
  const shown = quoted.replace(/[\\\n\r\0]/g, (character) => escapes[character] ?? character);
  return ddl.replace(`COMMENT '${shown}'`, () => `COMMENT '${quoted}'`);
}

function contextOf(shown: Shown): CreationContext {
  const databaseCollation = shown['Database Collation'];
  return {
    sqlMode: shown.sql_mode ?? '',
    charsetClient: shown.character_set_client ?? 'utf8mb4',
    collationConnection: shown.collation_connection ?? 'utf8mb4_general_ci',
    ...(typeof databaseCollation === 'string' ? { databaseCollation } : {}),
  };
}
