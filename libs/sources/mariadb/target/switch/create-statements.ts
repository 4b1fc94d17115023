import { databaseOptions } from '../../database-options.ts';
import { quoteName } from '../../quote-name.ts';
import { creationStatements } from '../objects/create-object.ts';
import { addKey, dropKey, keyName } from '../objects/key-statements.ts';
import { orReplace, withoutDefiner } from '../objects/object-ddl.ts';
import { type ObjectKind, objectKey } from '../objects/object-key.ts';
import { routineGrants } from '../objects/routine-statements.ts';
import type { LiveDatabase, LiveView } from '../read-live.ts';
import type { Situation } from './situation.ts';
import type { SwitchedDatabase, SwitchState } from './switch-state.ts';

/** A database of the state that is brought back, and what of it has to be made. */
interface Remade {
  database: string;
  live: LiveDatabase;
  untouched: ReadonlySet<string>;
  touched: (kind: ObjectKind) => (object: { name: string; type?: string }) => boolean;
}

/**
 * The statements that make what a rename does not carry, from the saved definitions. Databases of a set may use each
 * other, so each kind is made in all of them before the next.
 */
export function createStatements(
  state: SwitchState,
  look: (database: SwitchedDatabase) => Situation,
): { objects: string[]; grants: string[]; events: string[] } {
  const all = state.databases.flatMap((switched): Remade[] => {
    const { database, live } = switched;
    const { untouched } = look(switched);
    const touched: Remade['touched'] = (kind) => (object) =>
      !untouched.has(objectKey(kind, object.name, object.type));
    return live === undefined ? [] : [{ database, live, untouched, touched }];
  });
  const views = (database: Remade): LiveView[] =>
    database.live.views.filter((view) => view.valid).filter(database.touched('view'));
  return {
    objects: [
      ...all.map(({ database, live }) => `ALTER DATABASE ${quoteName(database)} ${databaseOptions(live)}`),
      ...all.flatMap(keys),
      ...all.flatMap((o) => create(o, o.live.routines.filter(o.touched('routine')))),
      ...all.flatMap((o) => inside(o, views(o).map(placeholder))),
      ...all.flatMap((o) => create(o, views(o).map(ofItsMaker))),
      // With their definers only now, and in turn: none looks through another whose definer lacks rights yet.
      ...all.toReversed().flatMap((o) => create(o, views(o).toReversed().map(replacing))),
      ...all.flatMap((o) => create(o, o.live.triggers.filter(o.touched('trigger')))),
    ],
    grants: all.flatMap(({ database, live }) => routineGrants(database, live)),
    events: inTheirTime(
      state.runsEvents,
      all.flatMap((o) => create(o, o.live.events.filter(o.touched('event')))),
    ),
  };
}

function keys({ live, untouched }: Remade): string[] {
  return live.foreignKeys
    .filter((key) => !untouched.has(keyName(key)))
    .flatMap((key) => [dropKey(key), ...addKey(key)]);
}

function create({ database, live }: Remade, objects: readonly LiveDatabase['triggers'][number][]): string[] {
  const statements = objects.flatMap((object) => {
    const steps = creationStatements({ ...object, database }, live.collation);
    return [...steps.before, steps.create, ...steps.after];
  });
  return inside({ database }, statements);
}

function inside({ database }: Pick<Remade, 'database'>, statements: string[]): string[] {
  return statements.length === 0 ? [] : [`USE ${quoteName(database)}`, ...statements];
}

/** Views may build upon each other: first each gets its columns, then its definition. */
function placeholder(view: LiveView): string {
  const columns = view.columns.map((column) => `1 AS ${quoteName(column)}`);
  return `CREATE VIEW ${quoteName(view.name)} AS SELECT ${columns.join(', ')}`;
}

function ofItsMaker(view: LiveView): LiveView {
  return { ...view, ddl: orReplace(withoutDefiner(view.ddl, ''), '') };
}

function replacing(view: LiveView): LiveView {
  return { ...view, ddl: orReplace(view.ddl, '') };
}

/**
 * The server takes an event whose time has passed only from a session that stands before that time. Where
 * events run it would then be run at once; there none can have been waiting.
 */
function inTheirTime(runsEvents: boolean, statements: string[]): string[] {
  if (runsEvents || statements.length === 0) return statements;
  return ['SET SESSION timestamp = 1', ...statements, 'SET SESSION timestamp = DEFAULT'];
}
