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
import { serverErrno } from './mariadb-error.ts';
import { quoteName } from './quote-name.ts';

export type StoredObjects = Pick<DatabaseObjects, 'views' | 'triggers' | 'routines' | 'events'>;

/** What SHOW CREATE gives for any kind of stored object; `null` where the account may not see the code. */
type Shown = Record<string, string | null>;

/**
 * Views, triggers, routines and events of a database, each in an order in which they can be created. A right
 * that hides code or lists is an error: what cannot be seen would be missing without a word.
 */
export async function readObjects(connection: Connection, database: string): Promise<StoredObjects> {
  // With the database chosen, SHOW CREATE VIEW leaves its name out, so that the view can be made elsewhere.
  await connection.query(`USE ${quoteName(database)}`);
  return {
    views: await readViews(connection, database),
    triggers: await readTriggers(connection, database),
    routines: await readRoutines(connection, database),
    events: await readEvents(connection, database),
  };
}

async function readViews(connection: Connection, database: string): Promise<ViewObject[]> {
  const listed = await connection.query<{ name: string; definer: string }>(
    `SELECT TABLE_NAME AS name, DEFINER AS definer FROM information_schema.VIEWS
     WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME`,
    [database],
  );
  const views: ViewObject[] = [];
  for (const { name, definer } of listed) {
    const shown = await show(connection, 'VIEW', name);
    const ddl = code(shown, 'Create View', `view ${name} of ${database}`, 'SHOW VIEW');
    const valid = await isUsable(connection, name);
    views.push({ name, ddl, definer, context: { ...contextOf(shown), sqlMode: '' }, valid });
  }
  return inOrderOfUse(views);
}

/** ER_VIEW_INVALID: a table, column, function or right that the view needs is not there. */
async function isUsable(connection: Connection, name: string): Promise<boolean> {
  try {
    await connection.query(`SHOW COLUMNS FROM ${quoteName(name)}`);
    return true;
  } catch (error) {
    if (serverErrno(error) === 1356) return false;
    throw error;
  }
}

/**
 * Views after those whose names stand in them. A name that only looks like a use does no harm, and a circle
 * of such names is cut where it is met.
 */
function inOrderOfUse(views: ViewObject[]): ViewObject[] {
  const ordered: ViewObject[] = [];
  const seen = new Set<ViewObject>();
  const visit = (view: ViewObject): void => {
    if (seen.has(view)) return;
    seen.add(view);
    for (const other of views) {
      if (other !== view && view.ddl.includes(quoteName(other.name))) visit(other);
    }
    ordered.push(view);
  };
  for (const view of views) visit(view);
  return ordered;
}

/** Several triggers of one event run in the order of their creation, so that is the order here. */
async function readTriggers(connection: Connection, database: string): Promise<CodeObject[]> {
  const listed = await connection.query<{ name: string; definer: string }>(
    `SELECT TRIGGER_NAME AS name, DEFINER AS definer FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?
     ORDER BY EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER`,
    [database],
  );
  const triggers: CodeObject[] = [];
  for (const { name, definer } of listed) {
    const shown = await show(connection, 'TRIGGER', name);
    const ddl = code(shown, 'SQL Original Statement', `trigger ${name} of ${database}`, 'TRIGGER');
    triggers.push({ name, ddl, definer, context: contextOf(shown) });
  }
  return triggers;
}

/** Packages before their bodies, and before the rest, which may name them. */
async function readRoutines(connection: Connection, database: string): Promise<RoutineObject[]> {
  const listed = await connection.query<{ name: string; type: RoutineObject['type']; definer: string }>(
    `SELECT ROUTINE_NAME AS name, ROUTINE_TYPE AS type, DEFINER AS definer FROM information_schema.ROUTINES
     WHERE ROUTINE_SCHEMA = ?
     ORDER BY FIELD(ROUTINE_TYPE, 'PACKAGE', 'PACKAGE BODY', 'FUNCTION', 'PROCEDURE'), ROUTINE_NAME`,
    [database],
  );
  const routines: RoutineObject[] = [];
  for (const { name, type, definer } of listed) {
    const shown = await show(connection, type, name);
    const column = Object.keys(shown).find((key) => key.startsWith('Create ')) ?? '';
    const what = `${type.toLowerCase()} ${name} of ${database}`;
    const ddl = code(shown, column, what, 'SELECT on mysql.*');
    routines.push({ name, type, ddl, definer, context: contextOf(shown) });
  }
  return routines;
}

async function readEvents(connection: Connection, database: string): Promise<EventObject[]> {
  const listed = await connection.query<{
    name: string;
    definer: string;
    status: EventObject['status'];
    expired: number | null;
  }>(
    `SELECT EVENT_NAME AS name, DEFINER AS definer, STATUS AS status,
       EVENT_TYPE = 'ONE TIME' AND ON_COMPLETION = 'NOT PRESERVE'
         AND CONVERT_TZ(EXECUTE_AT, TIME_ZONE, '+00:00') < UTC_TIMESTAMP() AS expired
     FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ? ORDER BY EVENT_NAME`,
    [database],
  );
  const events: EventObject[] = [];
  for (const { name, definer, status, expired } of listed) {
    const shown = await show(connection, 'EVENT', name);
    const ddl = code(shown, 'Create Event', `event ${name} of ${database}`, 'EVENT');
    const context = { ...contextOf(shown), timeZone: shown.time_zone ?? 'SYSTEM' };
    events.push({ name, ddl, definer, context, status, expired: expired === 1 });
  }
  return events;
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

function contextOf(shown: Shown): CreationContext {
  const databaseCollation = shown['Database Collation'];
  return {
    sqlMode: shown.sql_mode ?? '',
    charsetClient: shown.character_set_client ?? 'utf8mb4',
    collationConnection: shown.collation_connection ?? 'utf8mb4_general_ci',
    ...(typeof databaseCollation === 'string' ? { databaseCollation } : {}),
  };
}
