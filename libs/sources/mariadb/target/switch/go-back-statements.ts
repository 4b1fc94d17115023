import { databaseOptions } from '../../database-options.ts';
import { inOrderOfUse } from '../../in-order-of-use.ts';
import { quoteName, quoteQualified } from '../../quote-name.ts';
import { needsObjects } from '../objects/account-statements.ts';
import { addKey, dropKey, keyName } from '../objects/key-statements.ts';
import { type ObjectKind, objectKey } from '../objects/object-key.ts';
import { dropRoutine } from '../objects/routine-statements.ts';
import type { LiveForeignKey } from '../read-foreign-keys.ts';
import { asideName } from './aside-name.ts';
import { createStatements } from './create-statements.ts';
import type { Situation } from './situation.ts';
import type { SwitchedDatabase, SwitchState } from './switch-state.ts';

type Look = (database: SwitchedDatabase) => Situation;

/**
 * The statements that bring the state before a switch-over back, in order; each stands alone and may be run
 * again. `look` says for each database how far the switch-over came. Tables go back by one RENAME; what a
 * rename does not carry is dropped and made again from the saved definitions. Events go first and come last, so that none
 * runs between. Databases that were absent stay behind, empty. The session must have foreign_key_checks = 0.
 */
export function goBackStatements(state: SwitchState, look: Look): string[] {
  const { databases } = state;
  const each = (statements: (database: SwitchedDatabase, situation: Situation) => string[]): string[] =>
    databases.flatMap((database) => statements(database, look(database)));
  // A key that leads into tables that move follows them, so it is taken off whatever it looks like.
  const anyMoved = databases.some((database) => look(database).moved);
  const untouched = (key: LiveForeignKey) =>
    !anyMoved && databases.some((database) => look(database).untouched.has(keyName(key)));
  const inward = state.inwardKeys.filter((key) => !untouched(key));
  const { remade, given } = accounts(state);
  const created = createStatements(state, look);
  return [
    ...databases.flatMap(makeIfGone),
    ...each(putAside),
    ...each(dropEvents),
    ...each(dropTriggers),
    ...dropViews(databases, look),
    ...each(dropRoutines),
    ...each(dropOutwardKeys),
    ...inward.map(dropKey),
    ...renameBack(databases, look),
    ...remade,
    ...created.objects,
    ...inward.flatMap(addKey),
    ...created.grants,
    ...given,
    ...state.createdAccounts.map(({ name, isRole }) => `DROP ${isRole ? 'ROLE' : 'USER'} IF EXISTS ${name}`),
    ...created.events,
  ];
}

/** A database with damaged tables is made anew in the middle of the switch-over; one may be absent in the state after. */
function makeIfGone({ database, live }: SwitchedDatabase): string[] {
  if (live === undefined) return [];
  return [`CREATE DATABASE IF NOT EXISTS ${quoteName(database)} ${databaseOptions(live)}`];
}

/** First of all: by what is missing one sees later that others are invalid only because of this. */
function putAside({ database, staging }: SwitchedDatabase, { toAside }: Situation): string[] {
  return toAside.flatMap((view) => {
    const aside = quoteQualified(database, asideName(staging, view));
    return [`DROP VIEW IF EXISTS ${aside}`, `RENAME TABLE ${quoteQualified(database, view)} TO ${aside}`];
  });
}

function dropEvents({ database }: SwitchedDatabase, { events, untouched }: Situation): string[] {
  return drops('event', database, events, untouched);
}

/**
 * The last first: those that are left when it stops run in the order in which they ran. Also those that are not to be
 * seen: a server that was killed while it made one has a file by its name, and says that it is there already.
 */
function dropTriggers(o: SwitchedDatabase, { triggers, untouched }: Situation): string[] {
  const ofBoth = [...(o.live?.triggers ?? []).map(({ name }) => name), ...o.brings.triggers];
  return drops('trigger', o.database, [...triggers.toReversed(), ...ofBoth], untouched);
}

/** Each before those that it uses, in whichever database: none that is left when it stops has become invalid by it. */
function dropViews(databases: readonly SwitchedDatabase[], look: Look): string[] {
  const all = databases.flatMap((o) => look(o).views.map((view) => ({ ...view, of: o })));
  return inOrderOfUse(all)
    .toReversed()
    .flatMap(({ of, name }) => drops('view', of.database, [name], look(of).untouched));
}

function dropRoutines({ database }: SwitchedDatabase, { routines, untouched }: Situation): string[] {
  return routines
    .filter((routine) => !untouched.has(objectKey('routine', routine.name, routine.type)))
    .flatMap((routine) => dropRoutine(database, routine));
}

function drops(
  kind: ObjectKind,
  database: string,
  names: string[],
  untouched: ReadonlySet<string>,
): string[] {
  return [...new Set(names)]
    .filter((name) => !untouched.has(objectKey(kind, name)))
    .map((name) => `DROP ${kind.toUpperCase()} IF EXISTS ${quoteQualified(database, name)}`);
}

function dropOutwardKeys({ database }: SwitchedDatabase, { moved, outwardKeys }: Situation): string[] {
  if (!moved) return [];
  return outwardKeys.map(
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
      look(d).fromAside.map(
        (view) =>
          `${quoteQualified(d.database, asideName(d.old, view))} TO ${quoteQualified(d.database, view)}`,
      ),
    ),
  ];
  if (pairs.length === 0) return [];
  const stagings = databases.map(({ staging }) => `CREATE DATABASE IF NOT EXISTS ${quoteName(staging)}`);
  // With damaged tables there are two RENAMEs, and it may have stopped between them.
  const ifThere = databases.some((database) => database.damaged.length > 0) ? ' IF EXISTS' : '';
  return [...stagings, `RENAME TABLE${ifThere} ${pairs.join(', ')}`];
}

/** Accounts are made before the objects that they define, and given rights on these when they are there. */
function accounts({ replacedAccounts }: SwitchState): { remade: string[]; given: string[] } {
  const late = (name: string, statement: string) =>
    needsObjects(statement) || statement.startsWith(`GRANT ${name} TO `);
  return {
    remade: replacedAccounts.flatMap(({ name, statements }) =>
      statements.filter((line) => !late(name, line)),
    ),
    given: replacedAccounts.flatMap(({ name, statements }) => statements.filter((line) => late(name, line))),
  };
}
