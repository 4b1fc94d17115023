import { LifeboatError } from '#platform/errors.ts';
import { connectMssql } from '../../connect.ts';
import type { Connection } from '../../connection.ts';
import type { LoginObject } from '../../format.ts';
import { quoteName } from '../../quote-name.ts';
import { readFiles } from '../read-live.ts';
import { giveBack } from './give-back.ts';
import { accessSql, renameSql } from './go-back-sql.ts';
import { runAlter } from './run-alter.ts';
import { setLoginDefaults } from './set-login-defaults.ts';
import type { SwitchParts } from './switch-parts.ts';
import type { SwitchedDatabase } from './switch-state.ts';
import { dropDatabase, renameDatabase, takeExclusively } from './take-exclusively.ts';

/**
 * Takes every live database exclusively before the first is renamed, then renames all. What cannot be taken back, the
 * dropping of a damaged one, comes last of what is done to the old ones. `logins` were made for it.
 */
export async function exchangeDatabases(parts: SwitchParts, logins: readonly LoginObject[]): Promise<void> {
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
  for (const { stagedId = 0, staged, database } of databases) {
    await renameLogged(connection, { id: stagedId, from: staged, to: database }, parts);
  }
  await setLoginDefaults(connection, { ...parts, logins });
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
  const { id, access, state } = live;
  const closed = state !== 'ONLINE';
  await renameLogged(connection, { id, from: database, to: old, access, closed }, parts);
}

async function renameLogged(
  connection: Connection,
  { from, to, ...database }: { id: number; from: string; to: string; access?: string; closed?: boolean },
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
  try {
    await keepOld(connection, switched, parts);
  } catch (error) {
    if (!parts.dropDamaged) throw error;
    await dropDamaged(connection, switched, parts);
  }
}

async function dropDamaged(
  connection: Connection,
  switched: SwitchedDatabase,
  parts: SwitchParts,
): Promise<void> {
  const { database, live } = switched;
  if (live === undefined) return;
  const files = await readFiles(connection, live.id, parts.patience.signal);
  const list = files.map(({ physicalName }) => physicalName).join(', ');
  const what = `drop database ${database}, which is ${live.state} and cannot be renamed (${list})`;
  await parts.log.before({ what, goBack: 'not possible: it was damaged' });
  const kept = await takeOffline(connection, database, parts);
  await dropDatabase(connection, database, parts.patience);
  await parts.log.done(what);
  const about = kept ? `; its files stay: ${list}` : '';
  parts.note(
    `database ${database} was ${live.state} and could not be kept: it was dropped, as agreed${about}`,
  );
}

/** Whether it is offline now: then DROP DATABASE leaves its files, which a person may yet rescue something from. */
async function takeOffline(
  connection: Connection,
  database: string,
  { patience }: SwitchParts,
): Promise<boolean> {
  try {
    const sql = `ALTER DATABASE ${quoteName(database)} SET OFFLINE WITH ROLLBACK IMMEDIATE`;
    await runAlter(connection, sql, `taking database ${database} offline`, patience);
    return true;
  } catch (error) {
    const refused = error instanceof LifeboatError && error.code !== 'database-unreachable';
    if (!refused) throw error;
    return false;
  }
}
