import { LifeboatError } from '#platform/errors.ts';
import type { Finding } from '#sources/source.ts';
import type { Connection } from './connect.ts';
import { quoteName } from './quote-name.ts';
import { type Rights, readRights } from './read-rights.ts';

/** Without any one of these something would be missing from the dump, some of it without an error. */
const ON_EACH_DATABASE = ['SELECT', 'SHOW VIEW', 'TRIGGER', 'EVENT'];

export interface CheckedRights {
  /** A problem for each place where rights are missing, naming each of them. */
  findings: Finding[];
  /** Of the databases asked for, in that order; one that the account has no right on may be in neither. */
  present: string[];
  missing: string[];
}

/**
 * Which of `databases` are there, and whether the signed-in account may read all that a backup holds. `exact`
 * `snapshot` also needs LOCK TABLES where a database has tables without transactions.
 */
export async function checkRights(
  connection: Connection,
  databases: readonly string[],
  exact: 'snapshot' | 'lock',
): Promise<CheckedRights> {
  const rights = await readRights(connection);
  const { account, ...names } = await readNames(connection, databases);
  const findings: Finding[] = [];
  const lacking = (place: string, missing: string[], grantOn: string): void => {
    if (missing.length === 0) return;
    findings.push({
      level: 'problem',
      message: `the account ${account} lacks ${missing.join(', ')} on ${place} of ${connection.place}`,
      hint: `grant it: GRANT ${missing.join(', ')} ON ${grantOn} TO ${account}`,
    });
  };
  if (await keepsTablesClosed(connection, rights)) {
    findings.push({
      level: 'warning',
      message: `without BINLOG ADMIN the account ${account} keeps tables closed to ALTER until a backup ends`,
      hint: `grant it: GRANT BINLOG ADMIN ON *.* TO ${account} (SUPER before MariaDB 10.5)`,
    });
  }
  lacking('the server', rights.everywhere('RELOAD') ? [] : ['RELOAD'], '*.*');
  lacking('the database mysql', rights.on('mysql', 'SELECT') ? [] : ['SELECT'], 'mysql.*');
  for (const database of databases) {
    // Without a right on it, one that is not there looks the same as one that is.
    if (names.missing.includes(database) && rights.on(database, 'SELECT')) continue;
    lacking(
      `the database ${database}`,
      await missingRights(connection, rights, database, exact),
      `${quoteName(grantPattern(database))}.*`,
    );
  }
  const missing = names.missing.filter((name) => rights.on(name, 'SELECT'));
  return { findings, present: names.present, missing };
}

/** The findings as the error that ends a backup. Throws `database-right-missing`, or returns. */
export function refuseMissingRights(findings: Finding[]): void {
  const problems = findings.filter(({ level }) => level === 'problem');
  if (problems.length === 0) return;
  throw new LifeboatError('database-right-missing', problems.map(({ message }) => message).join('; '), {
    hint: problems.map(({ hint }) => hint?.replace('grant it: ', '')).join('; '),
  });
}

async function missingRights(
  connection: Connection,
  rights: Rights,
  database: string,
  exact: 'snapshot' | 'lock',
): Promise<string[]> {
  const needed = [...ON_EACH_DATABASE];
  if (exact === 'snapshot' && (await hasPlainTables(connection, database))) needed.push('LOCK TABLES');
  return needed.filter((right) => !rights.on(database, right));
}

/** See leaveBinaryLog in freeze-server.ts. */
async function keepsTablesClosed(connection: Connection, rights: Rights): Promise<boolean> {
  if (rights.everywhere('BINLOG ADMIN') || rights.everywhere('SUPER')) return false;
  const [row] = await connection.query<{ log: number }>('SELECT @@GLOBAL.log_bin AS log');
  return row?.log === 1;
}

async function hasPlainTables(connection: Connection, database: string): Promise<boolean> {
  const rows = await connection.query(
    `SELECT 1 FROM information_schema.TABLES JOIN information_schema.ENGINES USING (ENGINE)
     WHERE TABLE_SCHEMA = ? AND TRANSACTIONS = 'NO' AND TABLE_TYPE <> 'SEQUENCE' LIMIT 1`,
    [database],
  );
  return rows.length > 0;
}

async function readNames(
  connection: Connection,
  databases: readonly string[],
): Promise<{ account: string; present: string[]; missing: string[] }> {
  const rows = await connection.query<{ name: string }>(
    'SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA',
  );
  const [user] = await connection.query<{ account: string }>('SELECT CURRENT_USER() AS account');
  const there = new Set(rows.map(({ name }) => name));
  const at = user?.account.lastIndexOf('@') ?? -1;
  const account = `${quoteName(user?.account.slice(0, at) ?? '')}@${quoteName(user?.account.slice(at + 1) ?? '')}`;
  return {
    account,
    present: databases.filter((name) => there.has(name)),
    missing: databases.filter((name) => !there.has(name)),
  };
}

/** In GRANT the name of a database is a pattern. */
function grantPattern(database: string): string {
  return database.replace(/[_%\\]/g, '\\$&');
}
