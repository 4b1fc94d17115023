import { LifeboatError } from '#platform/errors.ts';
import type { RestoreLog } from '../../source.ts';
import { type Connection, connectMariadb, type MariadbServer } from '../connect.ts';
import { quoteName, quoteQualified } from '../quote-name.ts';
import type { AccountChange } from './account-changes.ts';
import { changeAccounts } from './change-accounts.ts';
import { countOrphans } from './count-orphans.ts';
import { createObject } from './create-object.ts';
import { createViews } from './create-views.ts';
import { renewDatabase } from './damaged-tables.ts';
import { goBack } from './go-back.ts';
import { addKey, dropKey } from './go-back-statements.ts';
import { connectForSwitch } from './patient-connection.ts';
import { dropRoutine, routineGrants } from './routine-statements.ts';
import type { StagedDatabase } from './stage-objects.ts';
import { type StateFiles, shellQuoted, writeStateFiles } from './state-file.ts';
import { allMoved, type SwitchedDatabase, type SwitchState } from './switch-state.ts';

export interface SwitchParts {
  server: MariadbServer;
  databases: readonly StagedDatabase[];
  accounts: readonly AccountChange[];
  state: SwitchState;
  files: StateFiles;
  stateFolder: string;
  endSessions: boolean;
  log: RestoreLog;
  /** Told of something a person should know; it stops nothing. */
  note: (text: string) => void;
  /** Called before each step; a test makes it fail there. */
  onStep: (step: SwitchStep) => void | Promise<void>;
  /** How long a server that went away is waited for before the way back is given up, in milliseconds. */
  reconnectMs: number;
}

export const SWITCH_STEPS = [
  'save',
  'make-databases',
  'drop-keys',
  'drop-objects',
  'rename',
  'charset',
  'table-definitions',
  'routines',
  'views',
  'triggers',
  'accounts',
  'routine-grants',
  'events',
  'finish',
] as const;

export type SwitchStep = (typeof SWITCH_STEPS)[number];

/**
 * Puts the staged tables in the place of the live ones by one RENAME and brings along what a rename does not
 * carry. Everything that is dropped is on disk before. On any failure the old state is brought back
 * completely and the first error is thrown; if that fails too, `rollback-failed` says what to do.
 */
export async function switchOver(parts: SwitchParts, signal: AbortSignal): Promise<void> {
  await parts.onStep('save');
  await writeStateFiles(parts.files, parts.stateFolder, parts.state);
  try {
    await using connection = await connectForSwitch(
      parts.server,
      { databases: parts.state.databases.map(({ database }) => database), endSessions: parts.endSessions },
      signal,
    );
    await switchTables(connection, parts);
    await bringObjects(connection, parts);
    await parts.onStep('finish');
  } catch (error) {
    await rollBack(parts, error);
    throw switchError(error);
  }
}

async function switchTables(connection: Connection, parts: SwitchParts): Promise<void> {
  const { state, files, log } = parts;
  const { databases } = state;
  await parts.onStep('make-databases');
  await log.before({
    what: `take triggers, views, routines and events of ${databases.map((d) => d.database).join(', ')} away (saved in ${files.state})`,
    goBack: `mariadb < ${shellQuoted(files.beforeRename)}`,
  });
  for (const { old, database, live } of databases) {
    await connection.query(`CREATE DATABASE ${quoteName(old)}`);
    if (live === undefined) await connection.query(`CREATE DATABASE ${quoteName(database)}`);
  }
  await parts.onStep('drop-keys');
  const keys = [...state.inwardKeys, ...databases.flatMap(({ live }) => live?.foreignKeys ?? [])];
  for (const key of keys) await connection.query(dropKey(key));
  await parts.onStep('drop-objects');
  for (const database of databases) await dropObjects(connection, database);
  await parts.onStep('rename');
  await log.before({
    what: `rename: live tables into ${databases.map((d) => d.old).join(', ')}, staged ones into their place`,
    goBack: `mariadb < ${shellQuoted(files.afterRename)} if ${databases[0]?.old} holds tables, else as in the step before`,
  });
  await renameTables(connection, databases);
  await log.done('tables are in their place');
}

async function dropObjects(connection: Connection, o: SwitchedDatabase): Promise<void> {
  if (o.live === undefined) return;
  const place = (name: string) => quoteQualified(o.database, name);
  for (const { name } of o.live.events) await connection.query(`DROP EVENT ${place(name)}`);
  for (const { name } of o.live.triggers) await connection.query(`DROP TRIGGER ${place(name)}`);
  for (const { view, aside } of o.asides) {
    await connection.query(`RENAME TABLE ${place(view)} TO ${place(aside)}`);
  }
  for (const { name } of o.live.views) {
    if (!o.asides.some(({ view }) => view === name)) await connection.query(`DROP VIEW ${place(name)}`);
  }
  for (const routine of o.live.routines) {
    for (const statement of dropRoutine(o.database, routine)) await connection.query(statement);
  }
}

/** One statement, so all or nothing; only a database with damaged tables has to be emptied first. */
async function renameTables(connection: Connection, databases: readonly SwitchedDatabase[]): Promise<void> {
  const { out, into } = renamePairs(databases);
  const rename = async (pairs: string[]): Promise<void> => {
    if (pairs.length > 0) await connection.query(`RENAME TABLE ${pairs.join(', ')}`);
  };
  const damaged = databases.filter((database) => database.damaged.length > 0);
  if (damaged.length === 0) return await rename([...out, ...into]);
  await rename(out);
  for (const { database, live, damaged: tables } of damaged) {
    if (live) await renewDatabase(connection, { name: database, ...live }, tables);
  }
  await rename(into);
}

function renamePairs(databases: readonly SwitchedDatabase[]): { out: string[]; into: string[] } {
  const pair = (from: string, to: string) => (name: string) =>
    `${quoteQualified(from, name)} TO ${quoteQualified(to, name)}`;
  const sound = (d: SwitchedDatabase) => allMoved(d).out.filter((table) => !d.damaged.includes(table));
  const out = databases.flatMap((d) => sound(d).map(pair(d.database, d.old)));
  const into = databases.flatMap((d) => allMoved(d).in.map(pair(d.staging, d.database)));
  return { out, into };
}

async function bringObjects(connection: Connection, parts: SwitchParts): Promise<void> {
  const { databases, state, log, onStep } = parts;
  await log.before({
    what: 'make keys, routines, views, triggers, accounts and events of the archive',
    goBack: `mariadb < ${shellQuoted(parts.files.afterRename)}`,
  });
  await onStep('charset');
  for (const { objects } of databases) {
    const name = quoteName(objects.database);
    await connection.query(
      `ALTER DATABASE ${name} CHARACTER SET ${objects.charset} COLLATE ${objects.collation}`,
    );
  }
  await onStep('table-definitions');
  for (const database of databases) await alterTables(connection, database);
  for (const key of state.inwardKeys) {
    await connection.query(addKey(key));
    const orphans = await countOrphans(connection, key);
    if (orphans > 0) {
      parts.note(
        `foreign key ${key.name} of ${key.database}.${key.table}: ${orphans} ${orphans === 1 ? 'row refers' : 'rows refer'} to nothing in ${key.referencedDatabase}.${key.referencedTable}`,
      );
    }
  }
  const each = async <T extends object>(
    list: (database: StagedDatabase) => readonly T[],
    create: (object: T & { database: string }) => Promise<void>,
  ) => {
    for (const staged of databases) {
      for (const object of list(staged)) await create({ ...object, database: staged.objects.database });
    }
  };
  await onStep('routines');
  await each(
    (d) => d.objects.routines,
    (routine) => createObject(connection, routine),
  );
  await onStep('views');
  await bringViews(connection, parts);
  await onStep('triggers');
  await each(
    (d) => d.objects.triggers,
    (trigger) => createObject(connection, trigger),
  );
  await onStep('accounts');
  await changeAccounts(connection, parts.accounts, parts.note);
  await onStep('routine-grants');
  for (const database of state.databases) await restoreRoutineGrants(connection, database, parts.note);
  await onStep('events');
  await each(
    (d) => d.objects.events.filter((event) => !event.expired),
    (event) => createObject(connection, event),
  );
  await log.done('all is in its place');
}

async function alterTables(connection: Connection, { objects, tables }: StagedDatabase): Promise<void> {
  for (const table of tables) {
    const clauses = [...table.sequenceDefaults, ...table.foreignKeys.outside];
    if (clauses.length === 0) continue;
    await connection.query(
      `ALTER TABLE ${quoteQualified(objects.database, table.name)} ${clauses.join(', ')}`,
    );
  }
}

async function bringViews(connection: Connection, { databases, state, note }: SwitchParts): Promise<void> {
  const stays = (view: { database: string; name: string }) =>
    state.databases.some((d) => d.database === view.database && d.staying.includes(view.name));
  const views = databases.flatMap(({ objects }) =>
    objects.views.map(({ context, ...view }) => {
      const { databaseCollation: _, ...rest } = context;
      return { ...view, context: rest, database: objects.database };
    }),
  );
  const failed = await createViews(
    views.filter((view) => !stays(view)),
    (view) => createObject(connection, view),
  );
  for (const { database, asides } of state.databases) {
    for (const { view, aside } of asides) {
      note(
        `view ${database}.${view} was invalid already and is kept as ${database}.${aside} with the old state`,
      );
    }
  }
  for (const { view, error } of failed) {
    if (view.valid) throw error;
    note(`view ${view.database}.${view.name} was invalid when it was backed up and could not be made`);
  }
}

/** DROP took the grants on a live routine with it; if the archive brings a routine of that name, it gets them. */
async function restoreRoutineGrants(
  connection: Connection,
  { database, live, brings }: SwitchedDatabase,
  note: (text: string) => void,
): Promise<void> {
  if (live === undefined) return;
  const isThere = (type: string, name: string) =>
    brings.routines.some(
      (routine) => routine.type === type && routine.name.toLowerCase() === name.toLowerCase(),
    );
  for (const statement of routineGrants(database, live, isThere)) await connection.query(statement);
  for (const grant of live.routineGrants) {
    if (isThere(grant.type, grant.routine)) continue;
    note(
      `rights of ${grant.user}@${grant.host} on ${grant.type.toLowerCase()} ${database}.${grant.routine} went with it: the archive has none of that name`,
    );
  }
}

async function rollBack(parts: SwitchParts, reason: unknown): Promise<void> {
  const signal = new AbortController().signal;
  try {
    await using connection = await reconnect(parts, signal);
    await goBack(connection, parts.state);
    for (const { old } of parts.state.databases) {
      await connection.query(`DROP DATABASE IF EXISTS ${quoteName(old)}`);
    }
    await parts.log.done('rolled back: everything on the server is as it was before');
  } catch (error) {
    throw rollbackFailed(parts, reason, error);
  }
}

/** A server that was killed, or is restarted, may need a moment. */
async function reconnect(parts: SwitchParts, signal: AbortSignal): Promise<Connection> {
  const deadline = performance.now() + parts.reconnectMs;
  for (;;) {
    try {
      return await connectMariadb(parts.server, signal);
    } catch (error) {
      const gone = error instanceof LifeboatError && error.code === 'database-unreachable';
      if (!gone || performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

function switchError(error: unknown): LifeboatError {
  const reason = error instanceof Error ? error.message : String(error);
  const keeps =
    error instanceof LifeboatError && (error.code === 'target-in-use' || error.code === 'interrupted');
  const hint = error instanceof LifeboatError ? error.hint : undefined;
  return new LifeboatError(keeps ? error.code : 'switch-failed', reason, {
    hint: `${hint === undefined ? '' : `${hint}; `}all databases and accounts are back as they were before`,
    cause: error,
  });
}

function rollbackFailed(parts: SwitchParts, reason: unknown, error: unknown): LifeboatError {
  const text = (value: unknown) => (value instanceof Error ? value.message : String(value));
  const kept = parts.state.databases.map(({ old }) => old).join(', ');
  return new LifeboatError(
    'rollback-failed',
    `the switch-over failed (${text(reason)}) and the way back too (${text(error)})`,
    {
      hint: `nothing was deleted; if database ${kept} holds tables, run mariadb < ${shellQuoted(parts.files.afterRename)}, else mariadb < ${shellQuoted(parts.files.beforeRename)}`,
      cause: error,
    },
  );
}
