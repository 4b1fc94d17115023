import type { Connection } from '../connect.ts';
import { quoteName } from '../quote-name.ts';
import { goBackStatements, keyName } from './go-back-statements.ts';
import { type LiveForeignKey, readForeignKeys } from './read-foreign-keys.ts';
import { type LiveDatabase, movableTables, readLive } from './read-live.ts';
import {
  type ObjectKind,
  objectKey,
  type Situation,
  type SwitchedDatabase,
  type SwitchState,
} from './switch-state.ts';

/**
 * Brings the state before a switch-over back, wherever it stopped: looks first how far it came (a server
 * that was killed in its RENAME has reverted all of it, below 10.6 perhaps not) and touches nothing that
 * still is as it was. May be repeated.
 */
export async function goBack(connection: Connection, state: SwitchState): Promise<void> {
  const set = state.databases.map(({ database }) => database);
  const inward = await readForeignKeys(connection, { notFrom: [...set, ...ownDatabases(state)], to: set });
  const situations = new Map<SwitchedDatabase, Situation>();
  for (const database of state.databases) {
    situations.set(database, await lookAt(connection, database, set, inward));
  }
  await connection.query(
    "SET SESSION foreign_key_checks = 0, check_constraint_checks = 0, sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'",
  );
  for (const statement of goBackStatements(state, (database) => situations.get(database)!)) {
    await connection.query(statement);
  }
  for (const { database, live } of state.databases) {
    if (live === undefined) await dropIfEmpty(connection, database);
  }
}

/** Databases that the restore itself made. */
export function ownDatabases(state: SwitchState): string[] {
  return state.databases.flatMap(({ staging, old }) => [staging, old]);
}

async function lookAt(
  connection: Connection,
  o: SwitchedDatabase,
  set: readonly string[],
  inward: LiveForeignKey[],
): Promise<Situation> {
  const now = await readLive(connection, o.database, set);
  const staged = new Set(await movableTables(connection, o.staging));
  const kept = new Set(await movableTables(connection, o.old));
  const old = o.live?.tables ?? [];
  const brought = (now?.tables ?? []).filter((table) => o.brings.tables.includes(table));
  // A table of that name may also be the old one, still or again in its place.
  const into = brought.filter((table) => !staged.has(table) && (kept.has(table) || !old.includes(table)));
  const out = old.filter((table) => kept.has(table));
  const moved = into.length + out.length > 0;
  const asides = o.asides
    .filter(({ aside }) => now?.views.some(({ name }) => name === aside))
    .map(({ view }) => view);
  const untouched = new Set(o.live && now ? [...unchanged(o.live, now, moved), ...inward.map(keyName)] : []);
  // What has its name now is the archive's, and may well be the same word for word.
  for (const view of asides) untouched.delete(objectKey('view', view));
  return { in: into, out, asides, untouched };
}

/** A table cannot be moved while it has triggers or keys to elsewhere, so if tables moved these have to go. */
function unchanged(saved: LiveDatabase, now: LiveDatabase, moved: boolean): string[] {
  const same = (kind: ObjectKind, before: LiveDatabase['triggers'], after: LiveDatabase['triggers']) => {
    const there = new Set(after.map((object) => JSON.stringify(essence(object))));
    return before
      .filter((object) => there.has(JSON.stringify(essence(object))))
      .map((object) => objectKey(kind, object.name, 'type' in object ? String(object.type) : ''));
  };
  return [
    ...same('event', saved.events, now.events),
    ...same('view', saved.views, now.views),
    ...same('routine', saved.routines, now.routines),
    ...(moved ? [] : same('trigger', saved.triggers, now.triggers)),
    ...(moved ? [] : now.foreignKeys.map(keyName)),
  ];
}

function essence(object: LiveDatabase['triggers'][number]): unknown {
  const { name, ddl, context } = object;
  return { name, type: 'type' in object ? object.type : '', ddl, context };
}

/** A database that the restore made goes again, unless somebody put something into it since. */
async function dropIfEmpty(connection: Connection, database: string): Promise<void> {
  const [found] = await connection.query(
    `SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?
      UNION SELECT 1 FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ?
      UNION SELECT 1 FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?`,
    [database, database, database],
  );
  if (found === undefined) await connection.query(`DROP DATABASE IF EXISTS ${quoteName(database)}`);
}
