import { LifeboatError } from '#platform/errors.ts';
import { undoFiles } from '../../../exchange/undo-files.ts';
import type { Connection } from '../../connection.ts';
import { readDatabases } from '../read-live.ts';
import { requireSameServer } from '../server-name.ts';
import { removeLoginsFile } from './logins-file.ts';
import type { Patience } from './patience.ts';
import { ownDatabases, type PlainState } from './switch-state.ts';
import { dropDatabase } from './take-exclusively.ts';

/**
 * Deletes for good what of a switch-over is not live: databases under staging and kept names, its files. Throws
 * `rollback-failed` while something of both states waits: then what is not live is still needed. May be killed and
 * repeated.
 */
export async function forgetState(
  connection: Connection,
  state: PlainState,
  stateFolder: string,
  patience: Patience,
): Promise<void> {
  const { signal } = patience;
  await requireSameServer(connection, { ...state, own: ownDatabases(state) }, signal);
  const all = (await readDatabases(connection, signal)).map(({ name }) => name);
  const { databases } = state;
  if (
    databases.some(({ staged }) => all.includes(staged)) &&
    databases.some(({ old }) => all.includes(old))
  ) {
    throw new LifeboatError(
      'rollback-failed',
      `the switch-over on ${connection.place} stopped half-way: what is not live is still needed`,
      { hint: 'go back or finish first; nothing was deleted' },
    );
  }
  for (const name of ownDatabases(state)) await dropDatabase(connection, name, patience);
  for (const files of [state.files, undoFiles(state.files)]) await removeLoginsFile(stateFolder, files);
}
