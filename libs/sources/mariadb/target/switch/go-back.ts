import type { Connection } from '../../connect.ts';
import { quoteName } from '../../quote-name.ts';
import { serverErrno } from '../../server-errno.ts';
import { dropEmptied } from '../drop-databases.ts';
import { accountName } from '../objects/account-name.ts';
import { accountNames } from '../objects/account-names.ts';
import { countOrphans, orphansText } from '../objects/count-orphans.ts';
import { keyName } from '../objects/key-statements.ts';
import type { LiveForeignKey } from '../read-foreign-keys.ts';
import { requireSameServer } from '../server-identity.ts';
import { SESSION_MODE } from '../session-mode.ts';
import { markComplete } from './complete-mark.ts';
import { goBackStatements } from './go-back-statements.ts';
import { type Look, lookAt } from './look-at.ts';
import { ownDatabases } from './own-databases.ts';
import type { SwitchState } from './switch-state.ts';
import { takeSwitchLock } from './take-switch-lock.ts';

/**
 * Brings the state before a switch-over back, wherever it stopped: looks first how far it came and touches nothing that
 * still is as it was. The state after goes to where it was staged. May be killed and repeated.
 */
export async function goBack(
  connection: Connection,
  state: SwitchState,
  note: (text: string) => void,
): Promise<void> {
  await requireSameServer(connection, { ...state, own: ownDatabases(state) });
  await takeSwitchLock(connection, state.run);
  const look = await lookAt(connection, state);
  const now = await possible(connection, state, look);
  await connection.query(
    `SET SESSION foreign_key_checks = 0, check_constraint_checks = 0, sql_mode = '${SESSION_MODE}'`,
  );
  for (const statement of goBackStatements(now, look.of)) await run(connection, statement, note);
  for (const { database, live } of state.databases) {
    if (live === undefined) await dropIfEmpty(connection, database);
  }
  // What was complete waits now, whole: so this is a switch-over too, that came to its end.
  if (look.complete) {
    await markComplete(
      connection,
      state.databases.map(({ staging }) => staging),
    );
  }
  await dropEmptied(
    connection,
    state.databases.map(({ old }) => old),
  );
  if (state.databases.some((database) => look.of(database).moved)) await tellOrphans(connection, now, note);
}

/**
 * The state without what cannot be any more: time has passed since it was read. Foreign keys of tables outside that were
 * made since stay; those whose table is gone, and rights of accounts that are gone, are left out.
 */
async function possible(connection: Connection, state: SwitchState, look: Look): Promise<SwitchState> {
  const known = new Set(state.inwardKeys.map(keyName));
  const made = look.inwardKeys.filter((key) => !known.has(keyName(key)));
  const inwardKeys: LiveForeignKey[] = [];
  for (const key of [...state.inwardKeys, ...made]) {
    const [there] = await connection.query(
      'SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?',
      [key.database, key.table],
    );
    if (there !== undefined) inwardKeys.push(key);
  }
  const accounts = new Set([
    ...(await accountNames(connection)).keys(),
    ...state.replacedAccounts.map(({ name }) => name),
  ]);
  const databases = state.databases.map((database) => {
    if (database.live === undefined) return database;
    const routineGrants = database.live.routineGrants.filter((grant) => accounts.has(accountName(grant)));
    return { ...database, live: { ...database.live, routineGrants } };
  });
  return { ...state, databases, inwardKeys };
}

/** No such table, column, routine, role or account, or a role that only its own administrator may grant. */
const NOT_HERE = new Set([1146, 1054, 1305, 1959, 1698, 1133, 1141]);

/** A right that leads to something that is gone must not keep all the rest from coming back. */
async function run(connection: Connection, statement: string, note: (text: string) => void): Promise<void> {
  try {
    await connection.query(statement);
  } catch (error) {
    const right = /^(?:GRANT|SET DEFAULT ROLE) /.test(statement);
    if (!right || !NOT_HERE.has(serverErrno(error) ?? 0)) throw error;
    note(`a right could not be given again: ${statement.replace(/ (?:TO|FOR) .*$/s, '')}`);
  }
}

async function tellOrphans(
  connection: Connection,
  { inwardKeys }: SwitchState,
  note: (text: string) => void,
): Promise<void> {
  for (const key of inwardKeys) {
    const orphans = await countOrphans(connection, key);
    if (orphans > 0) note(orphansText(key, orphans));
  }
}

/** A database that the restore made goes again, unless somebody put something into it since. */
async function dropIfEmpty(connection: Connection, database: string): Promise<void> {
  const [found] = await connection.query(
    `SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?
      UNION SELECT 1 FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ?
      UNION SELECT 1 FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?`,
    [database, database, database],
  );
  if (found === undefined) await connection.query(`DROP DATABASE IF EXISTS ${quoteName(database)}`);
}
