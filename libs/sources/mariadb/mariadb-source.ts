import { createHash } from 'node:crypto';
import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import { memberSegment } from '#sources/member-segment.ts';
import type {
  Component,
  ComponentRecord,
  Finding,
  FrozenView,
  Importance,
  Source,
  SourceReport,
} from '#sources/source.ts';
import { absentFingerprint } from '../absent-fingerprint.ts';
import { type CheckedRights, checkRights, refuseMissingRights } from './check-rights.ts';
import { type Connection, connectMariadb, type MariadbServer } from './connect.ts';
import type { AccountObjects } from './format.ts';
import { type FrozenDatabases, freezeDatabases } from './freeze-databases.ts';
import { placeOf } from './place-of.ts';
import { readAccounts } from './read-accounts.ts';
import { readServerSettings } from './read-server-settings.ts';
import {
  accountsFingerprint,
  databaseFingerprint,
  readWriteState,
  type WriteState,
} from './server-fingerprint.ts';
import { writeAccounts } from './write-accounts.ts';
import { writeDatabase } from './write-database.ts';

/** One `[mariadb <name>]` section of the conf. */
export interface MariadbSourceOptions {
  name: string;
  server: MariadbServer;
  databases: string[];
  importance: Importance;
  /** `snapshot`: tables without transactions are read under their own lock; `lock`: all at the exact point. */
  exact: 'snapshot' | 'lock';
  /** `own`: no account comes along that has rights on anything but these databases. Default: all that they need. */
  accounts?: 'needed' | 'own';
  clock: Clock;
  /** Sessions that read rows at once; each costs a core and some 40 MiB at most. Default 2. */
  workers?: number;
}

const WORKERS = 2;

/**
 * The databases of one MariaDB server at one point in time (BS-01): a component for each, and one for the
 * accounts that they need. freeze throws if the server cannot be reached or read as a whole, or if none of the
 * databases is there; one that is not there is a component of state `missing`.
 */
export function mariadbSource(options: MariadbSourceOptions): Source {
  const id = `mariadb/${options.name}`;
  return {
    id,
    check: (signal) => checkServer(id, options, signal),
    freeze: (signal) => freezeSource(id, options, signal),
  };
}

async function checkServer(
  id: string,
  options: MariadbSourceOptions,
  signal: AbortSignal,
): Promise<SourceReport> {
  try {
    await using connection = await connectMariadb(options.server, signal);
    const checked = await checkRights(connection, options.databases, options.exact);
    return {
      source: id,
      serverVersion: connection.serverVersion,
      bytes: await sizeOf(connection, checked.present),
      findings: [...checked.findings, ...checked.missing.map((name) => missingFinding(name, options))],
    };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof LifeboatError)) throw error;
    const finding: Finding = { level: 'problem', message: error.message };
    return {
      source: id,
      bytes: 0,
      findings: [error.hint === undefined ? finding : { ...finding, hint: error.hint }],
    };
  }
}

function missingFinding(name: string, options: MariadbSourceOptions): Finding {
  return {
    level: options.importance === 'optional' ? 'warning' : 'problem',
    message: `there is no database ${name} on ${placeOf(options.server.address)}`,
    hint: `correct "databases" in [mariadb ${options.name}]; upper and lower case differ`,
  };
}

async function sizeOf(connection: Connection, databases: string[]): Promise<number> {
  if (databases.length === 0) return 0;
  const [row] = await connection.query<{ bytes: string | null }>(
    `SELECT CAST(SUM(DATA_LENGTH) AS CHAR) AS bytes FROM information_schema.TABLES WHERE TABLE_SCHEMA IN (?)`,
    [databases],
  );
  return Number(row?.bytes ?? 0);
}

async function freezeSource(
  id: string,
  options: MariadbSourceOptions,
  signal: AbortSignal,
): Promise<FrozenView> {
  await using made = new AsyncDisposableStack();
  const connection = made.use(await connectMariadb(options.server, signal));
  const checked = await checkRights(connection, options.databases, options.exact);
  refuseMissingRights(checked.findings);
  refuseIfNoneIsThere(checked, options);
  const before = await readWriteState(connection, checked.present);
  const frozen = made.use(
    await freezeDatabases(
      connection,
      options.server,
      {
        databases: checked.present,
        workers: options.workers ?? WORKERS,
        keepLock: options.exact === 'lock',
        clock: options.clock,
      },
      signal,
    ),
  );
  const accounts = await readAccounts(connection, checked.present, {
    definers: definersOf(frozen),
    which: options.accounts ?? 'needed',
  });
  const { server, databases } = frozen;
  const sessions = made.move();
  return {
    takenAt: server.takenAt,
    serverVersion: connection.serverVersion,
    settings: await readServerSettings(connection),
    ...(server.position === undefined ? {} : { position: server.position }),
    journal: journalOf(options, frozen),
    bytes: databases.flatMap(({ tables }) => tables).reduce((sum, table) => sum + table.estimatedBytes, 0),
    components: componentsOf(id, options, { connection, frozen, accounts, before }),
    [Symbol.asyncDispose]: () => sessions.disposeAsync(),
  };
}

function refuseIfNoneIsThere(checked: CheckedRights, options: MariadbSourceOptions): void {
  if (checked.present.length > 0 || options.importance === 'optional') return;
  const { message, hint } = missingFinding(checked.missing.join(', '), options);
  throw new LifeboatError('database-missing', message, hint === undefined ? {} : { hint });
}

function definersOf({ databases }: FrozenDatabases): string[] {
  const code = databases.flatMap((o) => [...o.views, ...o.triggers, ...o.routines, ...o.events]);
  return [...new Set(code.map(({ definer }) => definer))];
}

/** Whoever collects these lines puts the source's id before each. */
function journalOf(options: MariadbSourceOptions, { server, databases }: FrozenDatabases): string[] {
  const { file, position, gtid } = server.position ?? {};
  const log =
    file === undefined
      ? ''
      : `, binary log ${file}:${position}${gtid === undefined ? '' : ` (GTID ${gtid})`}`;
  const lock = `snapshot lock waited ${milliseconds(server.waited)}, held ${milliseconds(server.held)}${log}`;
  if (options.exact === 'lock') return ['the lock is kept until all rows are read', lock];
  const apart = databases.flatMap(({ database, tables }) =>
    tables
      .filter((table) => table.hasRows && !table.transactional)
      .map((table) => `${database}.${table.name}`),
  );
  if (apart.length === 0) return [lock];
  return [lock, `without transactions, so not at the point of the snapshot: ${apart.join(', ')}`];
}

function milliseconds(duration: number): string {
  return `${duration.toFixed(1)} ms`;
}

/** In the order of the conf; the accounts last. */
function componentsOf(
  id: string,
  options: MariadbSourceOptions,
  o: { connection: Connection; frozen: FrozenDatabases; accounts: AccountObjects; before: WriteState },
): Component[] {
  const { importance, exact } = options;
  const databases = options.databases.map((name): Component => {
    const own = { id: `${id}/${name}`, kind: 'mariadb-database' as const, name, importance };
    const database = o.frozen.databases.find((entry) => entry.database === name);
    if (database === undefined) {
      const absent = absentFingerprint({ code: 'missing' }, importance);
      return {
        ...own,
        ...(absent === undefined ? {} : { fingerprint: absent }),
        writeTo: async () => missingRecord(own, options),
      };
    }
    const plain = exact === 'lock' ? undefined : o.connection;
    const folder = folderOf(options.name, name);
    const what = { id: own.id, folder, importance, database, workers: o.frozen.server.workers, plain };
    const fingerprint = databaseFingerprint(database, o.frozen.server.position, o.before);
    return {
      ...own,
      ...(fingerprint === undefined ? {} : { fingerprint }),
      writeTo: (sink, how) => writeDatabase(what, sink, how),
    };
  });
  const own = { id, kind: 'mariadb-accounts' as const, name: options.name, importance };
  const accounts: Component = {
    ...own,
    fingerprint: accountsFingerprint(o.accounts),
    writeTo: (sink, how) =>
      writeAccounts({ ...own, folder: folderOf(options.name), objects: o.accounts }, sink, how),
  };
  return [...databases, accounts];
}

function folderOf(...names: string[]): string {
  return ['mariadb', ...names].map(memberSegment).join('/');
}

function missingRecord(
  own: Pick<ComponentRecord, 'id' | 'kind' | 'name' | 'importance'>,
  options: MariadbSourceOptions,
): ComponentRecord {
  return {
    ...own,
    state: 'missing',
    bytes: 0,
    sha256: createHash('sha256').digest('hex'),
    items: 0,
    notes: [{ code: 'missing', what: missingFinding(own.name, options).message }],
    members: [],
    details: {},
  };
}
