import { LifeboatError } from '#platform/errors.ts';
import type { RestoreLog } from '../../source.ts';
import { type Connection, connectMssql } from '../connect.ts';
import type { LoginObject, MssqlDatabaseDetails } from '../format.ts';
import { serverNumber } from '../mssql-error.ts';
import { createLogins } from './create-logins.ts';
import { giveBack, goBack } from './go-back.ts';
import { accessSql, dropSql, goBackSql, renameSql } from './go-back-sql.ts';
import { mendPrincipals } from './mend-principals.ts';
import { readDatabase } from './read-live.ts';
import { type Principal, readPrincipals } from './read-principals.ts';
import { reportDatabase } from './report-database.ts';
import { setLoginDefaults } from './set-login-defaults.ts';
import type { SwitchedDatabase, SwitchState } from './switch-state.ts';
import { dropDatabase, type Patience, renameDatabase, takeExclusively } from './take-exclusively.ts';

export interface SwitchParts {
  state: SwitchState;
  /** What the archive says of a component. */
  archived: (component: string) => MssqlDatabaseDetails;
  /** Those to be made. */
  logins: readonly LoginObject[];
  /** Agreed: made logins become members of the server roles they had. */
  globalAccounts: boolean;
  /** Agreed: a live database that is damaged and cannot be renamed is dropped. */
  dropDamaged: boolean;
  log: RestoreLog;
  note: (text: string) => void;
  patience: Patience;
  /** All that was noted, at any time. */
  notes: readonly string[];
  /** How long a server that went away is waited for, in milliseconds. */
  reconnectMs: number;
}

/**
 * Puts the restored databases in the place of the live ones by renaming both, each live one taken exclusively
 * before the first is renamed. On any failure the old state is brought back completely and the first error is
 * thrown; if that fails too, `rollback-failed` says what to do.
 */
export async function switchOver(parts: SwitchParts): Promise<void> {
  try {
    await prepareRestored(parts);
    await exchange(parts);
    for (const note of parts.notes) await parts.log.done(note);
  } catch (error) {
    await rollBack(parts, error);
    throw switchError(error);
  }
}

/** What can be done before anything live is touched. */
async function prepareRestored(parts: SwitchParts): Promise<void> {
  const { patience, log, note } = parts;
  const { signal } = patience;
  await using connection = await connectMssql(patience.server, signal);
  const roles = parts.globalAccounts ? rolesOf(await readPrincipals(connection, signal)) : undefined;
  await createLogins(connection, parts.logins, { ...parts, roles, signal });
  const principals = await readPrincipals(connection, signal);
  for (const switched of parts.state.databases) {
    const { component, database, staged, live } = switched;
    const archived = parts.archived(component);
    const owners = [archived.owner, live?.owner].flatMap((owner) => owner ?? []);
    await log.before({
      what: `set owner and logins of users in ${staged}, which is not live yet`,
      goBack: dropSql(switched),
    });
    await mendPrincipals(connection, { database, staged, owners, principals, note }, patience);
    const now = await readDatabase(connection, staged, signal);
    if (now) note(reportDatabase({ ...now, name: database }, live, archived));
  }
}

function rolesOf(principals: readonly Principal[]): string[] {
  return principals.filter(({ type }) => type === 'R').map(({ name }) => name);
}

async function exchange(parts: SwitchParts): Promise<void> {
  const { databases } = parts.state;
  const { server, signal } = parts.patience;
  const online = databases.filter(({ live }) => live?.state === 'ONLINE');
  const damaged = databases.filter(({ live }) => live !== undefined && live.state !== 'ONLINE');
  await using connection = await connectMssql(server, signal);
  await using holders = new AsyncDisposableStack();
  const held: [SwitchedDatabase, Connection][] = [];
  for (const switched of online) {
    const holder = holders.use(await connectMssql(server, signal));
    await takeLive(holder, switched, parts);
    held.push([switched, holder]);
  }
  for (const [switched, holder] of held) await keepOld(holder, switched, parts);
  for (const switched of damaged) await setAside(connection, switched, parts);
  for (const { stagedId, staged, database } of databases) {
    await renameLogged(connection, { id: stagedId, from: staged, to: database }, parts);
  }
  await setLoginDefaults(connection, parts);
  for (const [{ old, live }, holder] of held) {
    if (live) await giveBack(holder, old, live, parts.patience);
  }
}

async function takeLive(
  holder: Connection,
  { database, live }: SwitchedDatabase,
  parts: SwitchParts,
): Promise<void> {
  if (live === undefined) return;
  const what = `put all sessions out of database ${database}`;
  await parts.log.before({ what, goBack: accessSql(live) });
  await takeExclusively(holder, live, parts.patience);
  await parts.log.done(what);
}

async function keepOld(
  connection: Connection,
  { database, old, live }: SwitchedDatabase,
  parts: SwitchParts,
): Promise<void> {
  if (live === undefined) return;
  const { id, access } = live;
  await renameLogged(connection, { id, from: database, to: old, access }, parts);
}

async function renameLogged(
  connection: Connection,
  { from, to, ...database }: { id: number; from: string; to: string; access?: string },
  parts: SwitchParts,
): Promise<void> {
  const what = `rename database ${from} to ${to}`;
  await parts.log.before({ what, goBack: renameSql({ ...database, from: to, to: from }) });
  await renameDatabase(connection, from, to, parts.patience);
  await parts.log.done(what);
}

/** A database that is not online is renamed too where the server does that; otherwise it is dropped, as agreed. */
async function setAside(
  connection: Connection,
  switched: SwitchedDatabase,
  parts: SwitchParts,
): Promise<void> {
  const { database, live } = switched;
  try {
    await keepOld(connection, switched, parts);
    return;
  } catch (error) {
    if (!parts.dropDamaged) throw error;
  }
  const what = `drop database ${database}, which is ${live?.state} and cannot be renamed`;
  await parts.log.before({ what, goBack: 'not possible: it was damaged' });
  switched.dropped = true;
  await dropDatabase(connection, database, parts.patience);
  await parts.log.done(what);
  parts.note(`database ${database} was ${live?.state} and could not be kept: it was dropped, as agreed`);
}

async function rollBack(parts: SwitchParts, reason: unknown): Promise<void> {
  const { state, patience } = parts;
  try {
    await using connection = await reconnect(parts);
    await goBack(connection, state, patience);
    await parts.log.done('rolled back: everything on the server is as it was before');
  } catch (error) {
    throw rollbackFailed(state, reason, error);
  }
}

/** A server that was killed, or is restarted, may need a moment. */
async function reconnect({ patience, reconnectMs }: SwitchParts): Promise<Connection> {
  const deadline = performance.now() + reconnectMs;
  for (;;) {
    try {
      return await connectMssql(patience.server, patience.signal);
    } catch (error) {
      if (!isAway(error) || performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

/** 17142, 18401, 18461: a server that is paused, starting up, or in single-user mode answers, but lets nobody in. */
const NOT_READY = new Set([17142, 18401, 18461]);

function isAway(error: unknown): boolean {
  const gone = error instanceof LifeboatError && error.code === 'database-unreachable';
  return gone || NOT_READY.has(serverNumber(error) ?? 0);
}

function switchError(error: unknown): LifeboatError {
  const known = error instanceof LifeboatError ? error : undefined;
  const keeps = known?.code === 'target-in-use' || known?.code === 'interrupted';
  const hint = known?.hint === undefined ? '' : `${known.hint}; `;
  return new LifeboatError(keeps ? known.code : 'switch-failed', textOf(error), {
    hint: `${hint}all databases and logins are back as they were before`,
    cause: error,
  });
}

function rollbackFailed(state: SwitchState, reason: unknown, error: unknown): LifeboatError {
  const commands = goBackSql(state).map((command, index) => `(${index + 1}) ${command}`);
  return new LifeboatError(
    'rollback-failed',
    `the switch-over failed (${textOf(reason)}) and the way back too (${textOf(error)})`,
    {
      hint: `no old database was deleted unless that was agreed; as a sysadmin run these in order: ${commands.join(' ')}`,
      cause: error,
    },
  );
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
