import prettyBytes from 'pretty-bytes';
import type { TargetComponent, TargetReport } from '../../restore-target.ts';
import type { ComponentRecord, Finding, RestoreOption } from '../../source.ts';
import { accountOf } from '../account-of.ts';
import { type Connection, connectMariadb, type MariadbServer } from '../connect.ts';
import type { AccountObject, DatabaseObjects } from '../format.ts';
import { atLeast } from './at-least.ts';
import { blockingSessions } from './blocking-sessions.ts';
import { damagedTables } from './damaged-tables.ts';
import { missingRights } from './missing-rights.ts';
import { type AccountState, compareAccounts } from './objects/account-changes.ts';
import { readForeignKeys } from './read-foreign-keys.ts';
import { stagingSpace } from './staging/staging-space.ts';
import type { Agreed } from './switch/switched-set.ts';
import { unknownFeatures } from './unknown-features.ts';

export interface InspectParts {
  server: MariadbServer;
  /** The chosen components with what the archive says of them. */
  databases: readonly { record: ComponentRecord; objects: DatabaseObjects }[];
  accounts: { record: ComponentRecord; accounts: readonly AccountObject[] } | undefined;
  /** Version of the server that was backed up, if known. */
  archiveServerVersion: string | undefined;
  localInfile: 'refuse' | 'switch-on' | 'insert';
  agreed: Agreed;
}

/** Looks at a server and at what restoring the components would do to it. Changes nothing. */
export async function inspectTarget(parts: InspectParts, signal: AbortSignal): Promise<TargetReport> {
  await using connection = await connectMariadb(parts.server, signal);
  const names = parts.databases.map(({ objects }) => objects.database);
  const states = parts.accounts ? await compareAccounts(connection, parts.accounts.accounts, names) : [];
  return {
    components: await describeComponents(connection, parts, states),
    space: await stagingSpace(connection, parts.server, parts.databases),
    inPlace: true,
    findings: [
      ...(await rightsFindings(connection, parts)),
      ...(await featureFindings(connection, parts)),
      ...(await localInfileFindings(connection, parts)),
      ...versionFindings(connection, parts),
      ...(await nameFindings(connection, parts)),
      ...(await sessionFindings(connection, names)),
      ...(await damagedFindings(connection, parts, names)),
      ...(await foreignKeyFindings(connection, parts)),
      ...objectFindings(parts),
      ...accountFindings(states, parts),
    ],
  };
}

async function describeComponents(
  connection: Connection,
  parts: InspectParts,
  states: readonly AccountState[],
): Promise<TargetComponent[]> {
  const components: TargetComponent[] = [];
  for (const { record, objects } of parts.databases) {
    const [now] = await connection.query<{ there: number; tables: number; bytes: string | null }>(
      `SELECT EXISTS (SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?) AS there,
          COUNT(*) AS tables, CAST(SUM(DATA_LENGTH + INDEX_LENGTH) AS CHAR) AS bytes
        FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE <> 'VIEW'`,
      [objects.database, objects.database],
    );
    const text = now?.there
      ? `${count(Number(now.tables), 'table')}, ${prettyBytes(Number(now.bytes ?? 0))}`
      : 'absent';
    components.push({
      id: record.id,
      place: `database ${objects.database} on ${connection.place}`,
      now: text,
    });
  }
  if (parts.accounts) {
    const of = (is: AccountState['is']) => states.filter((state) => state.is === is).length;
    components.push({
      id: parts.accounts.record.id,
      place: `accounts on ${connection.place}`,
      now: `${of('equal')} of ${count(states.length, 'account')} equal, ${of('different')} different, ${of('missing')} missing`,
    });
  }
  return components;
}

async function rightsFindings(connection: Connection, parts: InspectParts): Promise<Finding[]> {
  const missing = await missingRights(connection, {
    accounts: parts.accounts !== undefined,
    endSessions: parts.agreed.endSessions,
    switchLocalInfile: parts.localInfile === 'switch-on',
  });
  if (missing.length === 0) return [];
  const account = await accountOf(connection);
  const rights = missing.join(', ');
  return [
    {
      level: 'problem',
      code: 'database-right-missing',
      message: `the account ${account} on ${connection.place} may not restore: it lacks ${rights} on *.*`,
      hint: `restore as root (--mariadb-user root --password-file FILE), or: GRANT ${rights} ON *.* TO ${account}`,
    },
  ];
}

async function featureFindings(connection: Connection, parts: InspectParts): Promise<Finding[]> {
  const objects = parts.databases.map((database) => database.objects);
  const unknown = await unknownFeatures(connection, objects, parts.accounts?.accounts ?? []);
  return unknown.map((message) => ({
    level: 'problem',
    message,
    hint: 'install the plugin, or restore to a server of the version that was backed up',
  }));
}

async function localInfileFindings(connection: Connection, parts: InspectParts): Promise<Finding[]> {
  const [row] = await connection.query<{ on: string }>('SELECT @@global.local_infile AS `on`');
  if (row?.on === '1' || parts.localInfile === 'insert') return [];
  const message = `${connection.place} has local_infile off, so LOAD DATA LOCAL is refused (4166)`;
  if (parts.localInfile === 'switch-on') {
    return [
      { level: 'warning', message: `${message}; it is switched on while rows are loaded, then off again` },
    ];
  }
  return [
    {
      level: 'problem',
      message,
      hint: 'agree to switch it on for the restore, or to load by INSERT, which is several times slower',
    },
  ];
}

function versionFindings(connection: Connection, parts: InspectParts): Finding[] {
  const findings: Finding[] = [];
  if (!atLeast(connection.version, 10, 6)) {
    findings.push({
      level: 'warning',
      message: `${connection.place} is MariaDB ${connection.serverVersion}: below 10.6 the switch-over by RENAME is not atomic if the server itself is killed in it`,
    });
  }
  const [major, minor] = /(\d+)\.(\d+)/
    .exec(parts.archiveServerVersion ?? '')
    ?.slice(1)
    .map(Number) ?? [0, 0];
  if (!atLeast(connection.version, major ?? 0, minor ?? 0)) {
    findings.push({
      level: 'warning',
      message: `${connection.place} is MariaDB ${connection.serverVersion}, older than the one that was backed up (${parts.archiveServerVersion})`,
    });
  }
  return findings;
}

/** A server that folds names to lower case cannot hold two that differ in case alone. */
async function nameFindings(connection: Connection, parts: InspectParts): Promise<Finding[]> {
  const [row] = await connection.query<{ folds: string }>('SELECT @@lower_case_table_names AS folds');
  if (row?.folds === '0') return [];
  return parts.databases.flatMap(({ objects }) => {
    const byName = Map.groupBy([...objects.tables, ...objects.views], ({ name }) => name.toLowerCase());
    return [...byName.values()]
      .filter((same) => same.length > 1)
      .map(
        (same): Finding => ({
          level: 'problem',
          message: `${same.map(({ name }) => name).join(' and ')} of ${objects.database} are one name on this server (lower_case_table_names)`,
        }),
      );
  });
}

async function sessionFindings(connection: Connection, names: readonly string[]): Promise<Finding[]> {
  if (names.length === 0) return [];
  const sessions = (await blockingSessions(connection, names)).filter((session) => session.ours);
  return sessions.map(({ text }) => ({
    level: 'warning',
    message: `in use by ${text}`,
    option: 'end-sessions',
  }));
}

async function damagedFindings(
  connection: Connection,
  parts: InspectParts,
  names: readonly string[],
): Promise<Finding[]> {
  const agreed = parts.agreed.dropDamaged;
  return (await damagedTables(connection, names)).map(({ database, table, why }) => ({
    level: 'warning',
    message: agreed
      ? `table ${database}.${table} is damaged (${why}): it is dropped, not kept for going back`
      : `table ${database}.${table} is damaged (${why}), so cannot be kept for going back: the restore stops there unless dropping it is agreed`,
    option: 'drop-damaged',
  }));
}

async function foreignKeyFindings(connection: Connection, parts: InspectParts): Promise<Finding[]> {
  const set = parts.databases.map(({ objects }) => objects.database);
  const keys = await readForeignKeys(connection, { notFrom: set, to: set });
  return keys.map((key) => {
    const parent = parts.databases.find(({ objects }) => objects.database === key.referencedDatabase);
    const brought = parent?.objects.tables.some(({ name }) => name === key.referencedTable);
    const lost = brought ? '' : ', a table that the archive does not have';
    return {
      level: 'warning',
      message: `foreign key ${key.name} of ${key.database}.${key.table} leads to ${key.referencedDatabase}.${key.referencedTable}${lost}; it is taken off and put on again, rows that lead nowhere are then reported`,
    };
  });
}

function objectFindings(parts: InspectParts): Finding[] {
  return parts.databases.flatMap(({ objects }): Finding[] => [
    ...objects.views
      .filter((view) => !view.valid)
      .map(
        (view): Finding => ({
          level: 'warning',
          message: `view ${objects.database}.${view.name} was invalid when it was backed up and is restored only if it can be`,
        }),
      ),
    ...objects.events
      .filter((event) => event.expired)
      .map(
        (event): Finding => ({
          level: 'warning',
          message: `event ${objects.database}.${event.name} was for a time that has passed and is not made again`,
        }),
      ),
  ]);
}

function accountFindings(states: readonly AccountState[], parts: InspectParts): Finding[] {
  const warning = (message: string, option?: RestoreOption): Finding => ({
    level: 'warning',
    message,
    ...(option === undefined ? {} : { option }),
  });
  return states.flatMap((state) => {
    const { user, host, isRole, global } = state.account;
    const name = isRole ? `role ${user}` : `account ${user}@${host}`;
    const left = global && !parts.agreed.globalAccounts;
    if (state.is === 'equal') return [];
    if (state.is === 'missing') {
      if (!left) return [warning(`${name} is missing and will be created`)];
      const message = `${name} is missing and has rights on everything: it is created only if that is agreed`;
      return [warning(message, 'global-accounts')];
    }
    const differs = `${name} differs from the archive (${state.how})`;
    if (parts.agreed.replaceAccounts && !left) return [warning(`${differs}: it will be replaced`)];
    const option = parts.agreed.replaceAccounts ? 'global-accounts' : 'replace-accounts';
    return [warning(`${differs}: it stays as it is`, option)];
  });
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? what : `${what}s`}`;
}
