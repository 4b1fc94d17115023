import { LifeboatError } from '#platform/errors.ts';
import type { RestoreLog } from '../../../restore-target.ts';
import type { Connection } from '../../connection.ts';
import { quoteName } from '../../quote-name.ts';
import type { LiveDatabase } from '../read-live.ts';
import { type Principal, readPrincipals } from '../read-principals.ts';
import { requireSameServer } from '../server-name.ts';
import { createLogins } from './create-logins.ts';
import { dropLogin } from './drop-login.ts';
import { endEarlierSessions } from './end-earlier-sessions.ts';
import { findDatabases, isRestored } from './find-databases.ts';
import { giveBack } from './give-back.ts';
import type { Patience } from './patience.ts';
import { runAlter } from './run-alter.ts';
import { setLoginDefaults } from './set-login-defaults.ts';
import { ownDatabases, type SwitchedDatabase, type SwitchState } from './switch-state.ts';
import { renameDatabase, takeExclusively } from './take-exclusively.ts';

export interface GoBackParts {
  patience: Patience;
  log: RestoreLog;
  note: (text: string) => void;
}

/**
 * Brings the state before a switch-over back, wherever it stopped: looks at each step what is there now and touches
 * nothing that still is as it was. What was restored goes to its staging name. May be killed and repeated.
 */
export async function goBack(connection: Connection, state: SwitchState, parts: GoBackParts): Promise<void> {
  const { patience } = parts;
  const { signal } = patience;
  await requireSameServer(connection, { ...state, own: ownDatabases(state) }, signal);
  await endEarlierSessions(connection, state.run, signal);
  const databases = state.databases.toReversed();
  for (const switched of databases) await putRestoredAway(connection, switched, patience);
  const made = await bringLogins(connection, state, parts);
  const lost: SwitchedDatabase[] = [];
  for (const switched of databases) {
    if (!(await putOldBack(connection, switched, patience))) lost.push(switched);
  }
  await setLoginDefaults(connection, { ...parts, logins: made });
  for (const switched of databases) await releaseOwner(connection, switched, state, patience);
  for (const login of state.createdLogins) await dropLogin(connection, login, { ...parts, signal });
  if (lost.length > 0) throw cannotComeBack(lost);
}

async function putRestoredAway(
  connection: Connection,
  switched: SwitchedDatabase,
  patience: Patience,
): Promise<void> {
  const { database, staged } = switched;
  const found = await findDatabases(connection, switched, patience.signal);
  if (found.live !== undefined && found.staged !== undefined && found.old !== undefined) {
    throw new LifeboatError(
      'target-in-use',
      `database ${database} on ${connection.place} was made by somebody else while it was switched over`,
      { hint: 'move it away, then try again: the old one is kept' },
    );
  }
  if (isRestored(switched, found)) {
    if (found.live?.state === 'ONLINE') await takeExclusively(connection, found.live, patience);
    await renameDatabase(connection, database, staged, patience);
    await leave(connection, patience);
  }
  const away = (await findDatabases(connection, switched, patience.signal)).staged;
  if (away?.state === 'ONLINE')
    await giveBack(connection, staged, { ...away, access: 'MULTI_USER' }, patience);
}

/** False: it was damaged and is gone, as agreed. */
async function putOldBack(
  connection: Connection,
  switched: SwitchedDatabase,
  patience: Patience,
): Promise<boolean> {
  const { database, old, live, mayDrop } = switched;
  if (live === undefined) return true;
  const found = await findDatabases(connection, switched, patience.signal);
  const now = found.old ?? found.live;
  if (now === undefined) {
    if (mayDrop) return false;
    throw new LifeboatError('database-missing', `database ${old}, which held the old state, is gone`);
  }
  if (now.name !== database) {
    if (now.state === 'ONLINE') await takeExclusively(connection, now, patience);
    await renameDatabase(connection, now.name, database, patience);
    await leave(connection, patience);
  }
  if (live.state !== 'ONLINE') return true;
  await giveBack(connection, database, live, patience);
  await setOwner(connection, { ...now, name: database }, live.owner, patience);
  return true;
}

/** Only an undo changes it: the login that owns it may have been gone meanwhile. */
async function setOwner(
  connection: Connection,
  now: LiveDatabase,
  owner: string | null,
  patience: Patience,
): Promise<void> {
  if (owner === null || owner === now.owner) return;
  const principals = await readPrincipals(connection, patience.signal);
  if (!principals.some(({ name }) => name === owner)) return;
  const sql = `ALTER AUTHORIZATION ON DATABASE::${quoteName(now.name)} TO ${quoteName(owner)}`;
  await runAlter(connection, sql, `setting the owner of database ${now.name}`, patience);
}

/** Those of the state before that the one after lacks, with the server roles that they had. */
async function bringLogins(
  connection: Connection,
  { removedLogins }: SwitchState,
  { patience, log, note }: GoBackParts,
): Promise<SwitchState['removedLogins']> {
  if (removedLogins.length === 0) return [];
  const principals = await readPrincipals(connection, patience.signal);
  const missing = removedLogins.filter(({ name }) => !has(principals, name));
  const roles = principals.filter(({ type }) => type === 'R').map(({ name }) => name);
  return await createLogins(connection, missing, { roles, log, note, signal: patience.signal });
}

function has(principals: readonly Principal[], wanted: string): boolean {
  return principals.some(({ name }) => name === wanted);
}

const SA_SID = '01';

/** A login that owns a database cannot be dropped, and what was restored is kept. */
async function releaseOwner(
  connection: Connection,
  switched: SwitchedDatabase,
  { createdLogins }: SwitchState,
  patience: Patience,
): Promise<void> {
  const { staged } = await findDatabases(connection, switched, patience.signal);
  if (staged === undefined || !createdLogins.some(({ name }) => name === staged.owner)) return;
  const principals = await readPrincipals(connection, patience.signal);
  const sa = principals.find(({ sid }) => sid === SA_SID)?.name ?? 'sa';
  const sql = `ALTER AUTHORIZATION ON DATABASE::${quoteName(staged.name)} TO ${quoteName(sa)}`;
  await runAlter(connection, sql, `setting the owner of database ${staged.name}`, patience);
}

/** Out of whatever database the session is in, so that it is in nobody's way. */
async function leave(connection: Connection, patience: Patience): Promise<void> {
  await runAlter(connection, 'USE [master]', 'leaving a database', patience);
}

function cannotComeBack(lost: readonly SwitchedDatabase[]): LifeboatError {
  const names = lost.map(({ database, live }) => `${database} (it was ${live?.state})`).join(', ');
  return new LifeboatError(
    'rollback-failed',
    `damaged databases were dropped, as agreed, and cannot come back: ${names}`,
  );
}
