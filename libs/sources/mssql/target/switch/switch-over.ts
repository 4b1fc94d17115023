import { LifeboatError } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';
import { connectMssql } from '../../connect.ts';
import type { Connection } from '../../connection.ts';
import type { LoginObject } from '../../format.ts';
import { quoteName } from '../../quote-name.ts';
import { serverNumber } from '../../server-number.ts';
import { readDatabase } from '../read-live.ts';
import { type Principal, readPrincipals } from '../read-principals.ts';
import { createLogins } from './create-logins.ts';
import { exchangeDatabases } from './exchange-databases.ts';
import { goBack } from './go-back.ts';
import { dropSql, goBackSql } from './go-back-sql.ts';
import { mendPrincipals } from './mend-principals.ts';
import { reportDatabase } from './report-database.ts';
import { runAlter } from './run-alter.ts';
import type { SwitchParts } from './switch-parts.ts';
import type { SwitchState } from './switch-state.ts';

/**
 * Puts the restored databases in the place of the live ones by renaming both, each live one taken exclusively
 * before the first is renamed. On any failure the old state is brought back completely and the first error is
 * thrown; if that fails too, `rollback-failed` says what to do.
 */
export async function switchOver(parts: SwitchParts): Promise<void> {
  try {
    const logins = await prepareRestored(parts);
    await exchangeDatabases(parts, logins);
    for (const note of parts.notes) await parts.log.done(note);
  } catch (error) {
    await rollBack(parts, error);
    throw switchError(error);
  }
}

/** What can be done before anything live is touched. */
async function prepareRestored(parts: SwitchParts): Promise<LoginObject[]> {
  const { patience, log, note } = parts;
  const { signal } = patience;
  await using connection = await connectMssql(patience.server, signal);
  const roles = parts.globalAccounts ? rolesOf(await readPrincipals(connection, signal)) : undefined;
  const made = await createLogins(connection, parts.logins, { ...parts, roles, signal });
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
    if (parts.savedHere && archived.trustworthy) await trust(connection, staged, parts);
    const now = await readDatabase(connection, staged, signal);
    if (now) note(reportDatabase({ ...now, name: database }, live, archived));
  }
  return made;
}

/** A RESTORE always switches it off. */
async function trust(connection: Connection, staged: string, { patience }: SwitchParts): Promise<void> {
  const sql = `ALTER DATABASE ${quoteName(staged)} SET TRUSTWORTHY ON`;
  await runAlter(connection, sql, `trusting database ${staged}`, patience);
}

function rolesOf(principals: readonly Principal[]): string[] {
  return principals.filter(({ type }) => type === 'R').map(({ name }) => name);
}

async function rollBack(parts: SwitchParts, reason: unknown): Promise<void> {
  const { state, patience } = parts;
  try {
    await using connection = await reconnect(parts);
    await goBack(connection, state, { patience, log: parts.log, note: parts.note });
  } catch (error) {
    throw rollbackFailed(state, reason, error);
  }
  await sayRolledBack(parts);
}

/** What failed may have been the log, whose disk is full: that all is back is true all the same. */
async function sayRolledBack({ log, note }: SwitchParts): Promise<void> {
  try {
    await log.done('rolled back: everything on the server is as it was before');
  } catch (error) {
    note(`the restore log could not be written: ${messageOf(error)}`);
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
  return new LifeboatError(keeps ? known.code : 'switch-failed', messageOf(error), {
    hint: `${hint}all databases and logins are back as they were before`,
    cause: error,
  });
}

function rollbackFailed(state: SwitchState, reason: unknown, error: unknown): LifeboatError {
  const commands = goBackSql(state).map((command, index) => `(${index + 1}) ${command}`);
  return new LifeboatError(
    'rollback-failed',
    `the switch-over failed (${messageOf(reason)}) and the way back too (${messageOf(error)})`,
    {
      hint: `no old database was deleted unless that was agreed; as a sysadmin run these in order: ${commands.join(' ')}`,
      cause: error,
    },
  );
}
