import { LifeboatError } from '#platform/errors.ts';
import type { Connection } from '../connect.ts';
import { quoteQualified } from '../quote-name.ts';
import { isAsideOf } from './aside-name.ts';
import { dropDatabases } from './drop-databases.ts';
import { lookAt } from './look-at.ts';
import { UNDO } from './reverse-switch.ts';
import { requireSameServer } from './server-identity.ts';
import { removeStateFiles, stateFiles } from './state-file.ts';
import type { PlainState } from './switch-state.ts';
import { takeSwitchLock } from './take-switch-lock.ts';

/**
 * Deletes for good what of a switch-over is not live: the databases in which its tables waited, views that waited beside
 * the live ones, its files. Throws `rollback-failed` while some databases are in the one state and some in the other:
 * then what is not live is still needed. May be repeated.
 */
export async function forgetState(
  connection: Connection,
  state: PlainState,
  stateFolder: string,
): Promise<void> {
  await requireSameServer(connection, state);
  await takeSwitchLock(connection, state.run);
  await refuseBetween(connection, state);
  for (const { database, staging, old } of state.databases) {
    const views = await connection.query<{ name: string }>(
      'SELECT TABLE_NAME AS name FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ?',
      [database],
    );
    for (const { name } of views) {
      if (!isAsideOf(name, staging) && !isAsideOf(name, old)) continue;
      await connection.query(`DROP VIEW IF EXISTS ${quoteQualified(database, name)}`);
    }
  }
  await dropDatabases(
    connection,
    state.databases.flatMap(({ staging, old }) => [staging, old]),
  );
  const [restore = state.files] = state.files.split(new RegExp(`${UNDO}$`));
  for (const name of [restore, `${restore}${UNDO}`]) await removeStateFiles(stateFiles(stateFolder, name));
}

async function refuseBetween(connection: Connection, state: PlainState): Promise<void> {
  const look = await lookAt(connection, state);
  const between = state.databases.filter((database) => {
    const { moved, out } = look.of(database);
    return moved && out.length < (database.live?.tables.length ?? 0);
  });
  const moved = new Set(
    state.databases
      .filter(({ live, brings }) => (live?.tables.length ?? 0) + brings.tables.length > 0)
      .map((database) => look.of(database).moved),
  );
  if (between.length === 0 && moved.size < 2) return;
  throw new LifeboatError(
    'rollback-failed',
    `the switch-over on ${connection.place} stopped half-way: what is not live is still needed`,
    { hint: 'go back or finish first; nothing was deleted' },
  );
}
