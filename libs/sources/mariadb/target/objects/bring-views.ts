import type { Connection } from '../../connect.ts';
import { asideName } from '../switch/aside-name.ts';
import { invalidViews } from '../switch/invalid-views.ts';
import type { SwitchParts } from '../switch/switch-parts.ts';
import { createObject } from './create-object.ts';
import { createViews } from './create-views.ts';
import { orReplace, withoutDefiner } from './object-ddl.ts';

/**
 * Makes the functions and views of the archive. A view can only be built upon functions and views whose
 * definers are there and have their rights, which they get when all is there: so first each is the
 * restorer's own, and becomes its definer's after those that look through it.
 */
export async function bringViews(
  connection: Connection,
  { databases, state, note }: SwitchParts,
): Promise<void> {
  const stays = (view: { database: string; name: string }) =>
    state.databases.some((d) => d.database === view.database && d.staying.includes(view.name));
  const views = databases.flatMap(({ objects }) =>
    objects.views.map((view) => ({ ...view, database: objects.database })),
  );
  const functions = databases.flatMap(({ objects }) =>
    objects.routines
      .filter(({ type }) => type === 'FUNCTION')
      .map((routine) => ({ ...routine, database: objects.database })),
  );
  for (const made of functions) {
    await createObject(connection, { ...made, ddl: withoutDefiner(made.ddl, made.context.sqlMode) });
  }
  const inOrder: typeof views = [];
  const failed = await createViews(
    views.filter((view) => !stays(view)),
    async (view) => {
      await createObject(connection, { ...view, ddl: withoutDefiner(view.ddl, '') });
      inOrder.push(view);
    },
  );
  for (const switched of state.databases) {
    for (const view of invalidViews(switched)) {
      const { database, old } = switched;
      note(
        `view ${database}.${view} was invalid already and is kept as ${database}.${asideName(old, view)} with the old state`,
      );
    }
  }
  for (const { view, error } of failed) {
    if (view.valid) throw error;
    note(`view ${view.database}.${view.name} was invalid when it was backed up and could not be made`);
  }
  for (const made of [...inOrder.toReversed(), ...functions]) {
    await createObject(connection, { ...made, ddl: orReplace(made.ddl, made.context.sqlMode) });
  }
}
