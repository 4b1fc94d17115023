import { LifeboatError } from '#platform/errors.ts';
import type { Connection } from '../connect.ts';
import { placesOf } from './how-far.ts';
import { removeLoginsFile } from './logins-file.ts';
import { UNDO } from './reverse-switch.ts';
import { requireSameServer } from './server-name.ts';
import { ownDatabases, type PlainState } from './switch-state.ts';
import { dropDatabase, type Patience } from './take-exclusively.ts';

/**
 * Deletes for good what of a switch-over is not live: databases under staging and kept names, its files. Throws
 * `rollback-failed` while some databases are in the one state and some in the other: then what is not live is still
 * needed. May be repeated.
 */
export async function forgetState(
  connection: Connection,
  state: PlainState,
  stateFolder: string,
  patience: Patience,
): Promise<void> {
  const { signal } = patience;
  await requireSameServer(connection, { ...state, own: ownDatabases(state) }, signal);
  const places = new Set(await placesOf(connection, state, signal));
  if (places.size > 1 || places.has('between')) {
    throw new LifeboatError(
      'rollback-failed',
      `the switch-over on ${connection.place} stopped half-way: what is not live is still needed`,
      { hint: 'go back or finish first; nothing was deleted' },
    );
  }
  for (const name of ownDatabases(state)) await dropDatabase(connection, name, patience);
  const restore = state.files.endsWith(UNDO) ? state.files.slice(0, -UNDO.length) : state.files;
  for (const files of [restore, `${restore}${UNDO}`]) await removeLoginsFile(stateFolder, files);
}
