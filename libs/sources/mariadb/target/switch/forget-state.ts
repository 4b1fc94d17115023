import { LifeboatError } from '#platform/errors.ts';
import { undoFiles } from '../../../exchange/undo-files.ts';
import type { Connection } from '../../connect.ts';
import { dropDatabases } from '../drop-databases.ts';
import { movableTables } from '../movable-tables.ts';
import { requireSameServer } from '../server-identity.ts';
import { isComplete } from './complete-mark.ts';
import { dropAsides } from './drop-asides.ts';
import { ownDatabases } from './own-databases.ts';
import { removeStateFiles, stateFiles } from './state-file.ts';
import type { PlainState } from './switch-state.ts';
import { takeSwitchLock } from './take-switch-lock.ts';

/**
 * Deletes for good what of a switch-over is not live: the databases in which its tables waited, views that waited beside
 * the live ones, its files. Throws `rollback-failed` while tables of both states wait, or those of an old one that the
 * new one has not replaced as a whole: then what is not live is still needed. May be killed and repeated.
 */
export async function forgetState(
  connection: Connection,
  state: PlainState,
  stateFolder: string,
): Promise<void> {
  await requireSameServer(connection, { ...state, own: ownDatabases(state) });
  await takeSwitchLock(connection, state.run);
  await refuseBetween(connection, state);
  for (const { database, staging, old } of state.databases) {
    await dropAsides(connection, database, [staging, old]);
  }
  await dropDatabases(connection, ownDatabases(state));
  for (const name of [state.files, undoFiles(state.files)]) {
    await removeStateFiles(stateFiles(stateFolder, name));
  }
}

async function refuseBetween(connection: Connection, { databases }: PlainState): Promise<void> {
  const holds = async (name: string): Promise<boolean> => (await movableTables(connection, name)).length > 0;
  let both = { staging: false, old: false };
  for (const { staging, old } of databases) {
    both = { staging: both.staging || (await holds(staging)), old: both.old || (await holds(old)) };
  }
  const kept = databases.map(({ old }) => old);
  const begun = both.old && !(await isComplete(connection, kept));
  if (!begun && !(both.staging && both.old)) return;
  throw new LifeboatError(
    'rollback-failed',
    `the switch-over on ${connection.place} stopped half-way: what is not live is still needed`,
    { hint: 'go back or finish first; nothing was deleted' },
  );
}
