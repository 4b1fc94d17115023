import { undoFiles } from '../../../exchange/undo-files.ts';
import type { Connection } from '../../connection.ts';
import { readLogins } from '../../read-logins.ts';
import { readPrincipals } from '../read-principals.ts';
import { readServerName } from '../server-name.ts';
import { findDatabases } from './find-databases.ts';
import type { PlainState, SwitchedDatabase, SwitchState } from './switch-state.ts';

/**
 * The way back from a finished switch-over as one of its own: what was kept takes the place of what is live now, which
 * then lies where it was staged. Reads everything anew. Changes nothing.
 */
export async function reverseSwitch(
  connection: Connection,
  state: PlainState,
  signal: AbortSignal,
): Promise<SwitchState> {
  const databases: SwitchedDatabase[] = [];
  for (const database of state.databases) databases.push(await reverseOf(connection, database, signal));
  const principals = await readPrincipals(connection, signal);
  const all = [...state.createdLogins, ...state.removedLogins].map(({ name }) => name);
  const absent = all.filter((name) => !principals.some((principal) => principal.name === name));
  const logins = await readLogins(connection, signal);
  return {
    format: state.format,
    formatVersion: state.formatVersion,
    server: state.server,
    run: state.run,
    place: connection.place,
    serverName: await readServerName(connection, signal),
    files: undoFiles(state.files),
    databases,
    createdLogins: absent.map((name) => ({ name })),
    removedLogins: logins.filter(({ name }) => all.includes(name)),
  };
}

async function reverseOf(
  connection: Connection,
  o: SwitchedDatabase,
  signal: AbortSignal,
): Promise<SwitchedDatabase> {
  const { live, old } = await findDatabases(connection, o, signal);
  return {
    component: o.component,
    database: o.database,
    staged: o.old,
    old: o.staged,
    ...(old === undefined ? {} : { stagedId: old.id }),
    ...(live === undefined ? {} : { live }),
    mayDrop: false,
  };
}
