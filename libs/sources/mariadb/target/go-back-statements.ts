import { databaseOptions } from '../database-options.ts';
import { quoteName, quoteQualified } from '../quote-name.ts';
import { creationStatements } from './create-object.ts';
import { orReplace, withoutDefiner } from './object-ddl.ts';
import type { LiveForeignKey } from './read-foreign-keys.ts';
import type { LiveDatabase, LiveView } from './read-live.ts';
import { dropRoutine, routineGrants } from './routine-statements.ts';
import {
  type ObjectKind,
  objectKey,
  type Situation,
  type SwitchedDatabase,
  type SwitchState,
} from './switch-state.ts';

type Look = (database: SwitchedDatabase) => Situation;

/**
 * The statements that bring the state before a switch-over back, in order; each stands alone and may be run
 * again. `look` says for each database how far the switch-over came. Tables go back by one RENAME; what a
 * rename does not carry is dropped and made again from the saved definitions. Databases that were absent
 * stay behind, empty. The session must have foreign_key_checks = 0 and sql_mode NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES.
 */
export function goBackStatements(state: SwitchState, look: Look): string[] {
  const { databases } = state;
  // A key that leads into tables that move follows them, so it is taken off whatever it looks like.
  const anyMoved = databases.some((database) => look(database).in.length + look(database).out.length > 0);
  const untouched = (key: LiveForeignKey) =>
    !anyMoved && databases.some((database) => look(database).untouched.has(keyName(key)));
  const inward = state.inwardKeys.filter((key) => !untouched(key));
  return [
    ...databases.flatMap(makeIfGone),
    ...databases.flatMap((database) => dropObjects(database, look(database))),
    ...databases.flatMap((database) => dropOutwardKeys(database, look(database))),
    ...inward.map(dropKey),
    ...renameBack(databases, look),
    ...databases.flatMap((database) => createObjects(database, look(database), state)),
    ...inward.flatMap(addKey),
    ...state.createdAccounts.map(({ name, isRole }) => `DROP ${isRole ? 'ROLE' : 'USER'} IF EXISTS ${name}`),
    ...state.replacedAccounts.flatMap((account) => account.statements),
  ];
}

/** How a foreign key stands in Situation.untouched. */
export function keyName(key: LiveForeignKey): string {
  return objectKey('key', key.name, `${quoteQualified(key.database, key.table)} ${key.add}`);
}

/** A database with damaged tables is made anew in the middle of the switch-over. */
function makeIfGone({ database, live, damaged }: SwitchedDatabase): string[] {
  if (live === undefined || damaged.length === 0) return [];
  return [`CREATE DATABASE IF NOT EXISTS ${quoteName(database)} ${databaseOptions(live)}`];
}

function dropObjects(o: SwitchedDatabase, { asides, untouched }: Situation): string[] {
  const { database, live, brings } = o;
  const drop = (kind: ObjectKind, names: string[]) =>
    [...new Set(names)]
      .filter((name) => !untouched.has(objectKey(kind, name)))
      .map((name) => `DROP ${kind.toUpperCase()} IF EXISTS ${quoteQualified(database, name)}`);
  const namesOf = (objects: { name: string }[] | undefined) => (objects ?? []).map(({ name }) => name);
  // An invalid live view that still has its name is the old one: it must stay.
  const invalid = o.asides.map(({ view }) => view).filter((view) => !asides.includes(view));
  const views = [...namesOf(live?.views), ...brings.views].filter((name) => !invalid.includes(name));
  return [
    ...drop('event', [...namesOf(live?.events), ...brings.events]),
    ...drop('trigger', [...namesOf(live?.triggers), ...brings.triggers]),
    ...drop('view', views),
    ...[...(live?.routines ?? []), ...brings.routines]
      .filter((routine) => !untouched.has(objectKey('routine', routine.name, routine.type)))
      .flatMap((routine) => dropRoutine(database, routine)),
  ];
}

function dropOutwardKeys({ database, brings }: SwitchedDatabase, situation: Situation): string[] {
  return brings.outwardKeys
    .filter(({ table }) => situation.in.includes(table))
    .map(
      ({ table, name }) =>
        `ALTER TABLE ${quoteQualified(database, table)} DROP FOREIGN KEY IF EXISTS ${quoteName(name)}`,
    );
}

function renameBack(databases: SwitchedDatabase[], look: Look): string[] {
  const pair = (from: string, to: string) => (name: string) =>
    `${quoteQualified(from, name)} TO ${quoteQualified(to, name)}`;
  const pairs = [
    ...databases.flatMap((d) => look(d).in.map(pair(d.database, d.staging))),
    ...databases.flatMap((d) => look(d).out.map(pair(d.old, d.database))),
    ...databases.flatMap((d) =>
      d.asides
        .filter(({ view }) => look(d).asides.includes(view))
        .map(
          ({ view, aside }) => `${quoteQualified(d.database, aside)} TO ${quoteQualified(d.database, view)}`,
        ),
    ),
  ];
  if (pairs.length === 0) return [];
  const stagings = databases.map(({ staging }) => `CREATE DATABASE IF NOT EXISTS ${quoteName(staging)}`);
  // With damaged tables there are two RENAMEs, and it may have stopped between them.
  const ifThere = databases.some((database) => database.damaged.length > 0) ? ' IF EXISTS' : '';
  return [...stagings, `RENAME TABLE${ifThere} ${pairs.join(', ')}`];
}

function createObjects(
  { database, live, asides }: SwitchedDatabase,
  { untouched }: Situation,
  { runsEvents }: SwitchState,
): string[] {
  if (live === undefined) return [];
  const touched = (kind: ObjectKind) => (object: { name: string; type?: string }) =>
    !untouched.has(objectKey(kind, object.name, object.type));
  const create = (object: LiveDatabase['triggers'][number]): string[] => {
    const steps = creationStatements({ ...object, database }, live.collation);
    return [...steps.before, steps.create, ...steps.after];
  };
  const views = live.views
    .filter((view) => !asides.some((aside) => aside.view === view.name))
    .filter(touched('view'));
  const routines = live.routines.filter(touched('routine'));
  return [
    `ALTER DATABASE ${quoteName(database)} ${databaseOptions(live)}`,
    `USE ${quoteName(database)}`,
    ...live.foreignKeys
      .filter((key) => !untouched.has(keyName(key)))
      .flatMap((key) => [dropKey(key), ...addKey(key)]),
    ...routines.flatMap(create),
    ...views.map(placeholder),
    ...views.flatMap((view) => create({ ...view, ddl: orReplace(withoutDefiner(view.ddl, ''), '') })),
    // With their definers only now, and in turn: none looks through another whose definer lacks rights yet.
    ...views.toReversed().flatMap((view) => create({ ...view, ddl: orReplace(view.ddl, '') })),
    ...live.triggers.filter(touched('trigger')).flatMap(create),
    ...routineGrants(database, live),
    ...inTheirTime(runsEvents, live.events.filter(touched('event')).flatMap(create)),
  ];
}

/**
 * The server takes an event whose time has passed only from a session that stands before that time. Where
 * events run it would then be run at once; there none can have been waiting.
 */
function inTheirTime(runsEvents: boolean, statements: string[]): string[] {
  if (runsEvents || statements.length === 0) return statements;
  return ['SET SESSION timestamp = 1', ...statements, 'SET SESSION timestamp = DEFAULT'];
}

/** Views may build upon each other: first each gets its columns, then its definition. */
function placeholder(view: LiveView): string {
  const columns = view.columns.map((column) => `1 AS ${quoteName(column)}`);
  return `CREATE VIEW ${quoteName(view.name)} AS SELECT ${columns.join(', ')}`;
}

export function dropKey(key: LiveForeignKey): string {
  return `ALTER TABLE ${quoteQualified(key.database, key.table)} DROP FOREIGN KEY IF EXISTS ${quoteName(key.name)}`;
}

export function addKey(key: LiveForeignKey): string[] {
  const alter = `ALTER TABLE ${quoteQualified(key.database, key.table)}`;
  return [key.add, ...(key.renameKey === undefined ? [] : [key.renameKey])].map(
    (clause) => `${alter} ${clause}`,
  );
}
