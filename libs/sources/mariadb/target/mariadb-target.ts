import { hash, randomBytes } from 'node:crypto';
import { LifeboatError } from '#platform/errors.ts';
import type {
  CheckedItem,
  ComponentRecord,
  KeptState,
  MemberReader,
  RestoreLog,
  RestoreTarget,
} from '../../source.ts';
import { type Connection, connectMariadb, type MariadbServer } from '../connect.ts';
import type { AccountObject, DatabaseObjects } from '../format.ts';
import { quoteName } from '../quote-name.ts';
import { type AccountChange, compareAccounts, planAccountChanges } from './account-changes.ts';
import { checkStaged } from './check-staged.ts';
import { connectForStaging } from './connect-for-staging.ts';
import { type DamagedTable, damagedTables, dropDamaged } from './damaged-tables.ts';
import { goBack } from './go-back.ts';
import { inspectTarget } from './inspect-target.ts';
import { connectForSwitch } from './patient-connection.ts';
import { prepareSwitch } from './prepare-switch.ts';
import { readAccountObjects, readDatabaseObjects } from './read-archived.ts';
import { type StagedDatabase, stageObjects } from './stage-objects.ts';
import { type StagingPlace, stageTables } from './stage-tables.ts';
import { goBackCommands, removeStateFiles, stateFiles } from './state-file.ts';
import { type SwitchStep, switchOver } from './switch-over.ts';
import type { SwitchState } from './switch-state.ts';
import { withLocalInfile } from './with-local-infile.ts';

export interface MariadbTargetOptions {
  /** The server's section in the conf; the target's id is `mariadb/<name>`. */
  name: string;
  /** From signInForRestore, or of an account that has all rights. */
  server: MariadbServer;
  /** The chosen components of this server; state `missing` ones are passed over. */
  components: readonly ComponentRecord[];
  /** The archive they are in: inspect reads their definitions. */
  archive: MemberReader;
  /** Private folder for what a switch-over must be able to bring back. */
  stateFolder: string;
  archiveServerVersion?: string | undefined;
  /** What to do if the server has local_infile off: finding of level problem, switch it on meanwhile, INSERT. */
  localInfile?: 'refuse' | 'switch-on' | 'insert';
  /** Agreed: sessions that hold the switch-over back are ended. */
  endSessions?: boolean;
  /** Agreed: accounts that differ from the archive are made as there. */
  replaceAccounts?: boolean;
  /** Agreed: accounts with rights on everything are created (and replaced) too. */
  globalAccounts?: boolean;
  /** Short and unique: names of staging databases are `lb_<run>_<n>`. Default: random. */
  run?: string;
  /** Agreed: live tables that the server cannot open, so cannot keep either, are dropped. */
  dropDamaged?: boolean;
  onStep?: (step: SwitchStep) => void | Promise<void>;
  reconnectMs?: number;
}

/** `notes`: what a person should know after the switch-over, a line each. */
export interface MariadbTarget extends RestoreTarget {
  readonly notes: readonly string[];
}

const LOADERS = 2;
const RECONNECT_MS = 60_000;

/** Brings databases and accounts of one server back. */
export function mariadbTarget(options: MariadbTargetOptions): MariadbTarget {
  // Two sections of a conf may lead to one server.
  const run = `${options.run ?? randomBytes(4).toString('hex')}${hash('sha256', options.name).slice(0, 3)}`;
  const chosen = options.components.filter((component) => component.state !== 'missing');
  const databaseRecords = chosen.filter((component) => component.kind === 'mariadb-database');
  const accountRecord = chosen.find((component) => component.kind === 'mariadb-accounts');
  const names = databaseRecords.map((record) => record.name);
  const stagingOf = (database: string): string | undefined => {
    const at = names.indexOf(database);
    return at < 0 ? undefined : `lb_${run}_${at + 1}`;
  };
  const files = stateFiles(options.stateFolder, `${options.name}-${run}`);
  const agreed = {
    endSessions: options.endSessions ?? false,
    replaceAccounts: options.replaceAccounts ?? false,
    dropDamaged: options.dropDamaged ?? false,
    globalAccounts: options.globalAccounts ?? false,
    databases: names,
  };
  const definitions = once((record: ComponentRecord, signal: AbortSignal) =>
    readDatabaseObjects(record, options.archive, signal),
  );
  const staged: StagedDatabase[] = [];
  const made: string[] = [];
  const notes: string[] = [];
  let accounts: AccountObject[] = [];
  let finished = false;
  let switched: SwitchState | undefined;

  const stageDatabase = async (
    record: ComponentRecord,
    archive: MemberReader,
    o: { signal: AbortSignal; onBytes: (bytes: number, item: string) => void },
  ): Promise<void> => {
    if (staged.length === 0) await refuseDamaged(o.signal);
    const objects = await definitions(record, o.signal);
    const place: StagingPlace = { database: record.name, staging: stagingOf(record.name) ?? '', stagingOf };
    await using connections = await openStaging(options.server, LOADERS, o.signal);
    made.push(place.staging);
    await createStaging(connections.list[0]!, objects, place.staging);
    const how = options.localInfile === 'insert' ? 'insert' : 'load';
    const tables = await withLocalInfile(
      connections.list[0]!,
      options.localInfile === 'switch-on',
      () => connectMariadb(options.server, new AbortController().signal),
      async () => await stageTables(connections.list, objects, place, { archive, how, ...o }),
    );
    staged.push({ objects, place, tables });
    if (staged.length < names.length) return;
    for (const view of await stageObjects(connections.list[0]!, staged)) {
      notes.push(`view ${view} was invalid when it was backed up and is so here`);
    }
    finished = true;
  };

  return {
    id: `mariadb/${options.name}`,
    notes,
    async inspect(signal) {
      const databases = await Promise.all(
        databaseRecords.map(async (record) => ({ record, objects: await definitions(record, signal) })),
      );
      return await inspectTarget(
        {
          server: options.server,
          databases,
          accounts: accountRecord && {
            record: accountRecord,
            accounts: (await readAccountObjects(accountRecord, options.archive, signal)).accounts,
          },
          archiveServerVersion: options.archiveServerVersion,
          localInfile: options.localInfile ?? 'refuse',
          agreed,
        },
        signal,
      );
    },
    async stage(component, archive, o) {
      if (component.kind === 'mariadb-accounts') {
        accounts = (await readAccountObjects(component, archive, o.signal)).accounts;
        o.onBytes(component.bytes, 'accounts');
      } else await stageDatabase(component, archive, o);
    },
    async check(signal) {
      if (!finished && names.length > 0) throw notStaged(options.name);
      const checked: CheckedItem[] = [];
      if (names.length === 0) return checked;
      await using connections = await openStaging(options.server, LOADERS, signal);
      for (const [i, database] of staged.entries()) {
        const result = await checkStaged(connections.list, database, signal);
        checked.push({ component: databaseRecords[i]?.id ?? '', result });
      }
      return checked;
    },
    async switchOver(log, signal) {
      if (!finished && names.length > 0) throw notStaged(options.name);
      const planned = await prepare(log, signal);
      await switchOver(
        {
          server: options.server,
          databases: staged,
          accounts: planned.changes,
          state: planned.state,
          files,
          stateFolder: options.stateFolder,
          endSessions: agreed.endSessions,
          log,
          note: (text) => void notes.push(text),
          onStep: options.onStep ?? (() => undefined),
          reconnectMs: options.reconnectMs ?? RECONNECT_MS,
        },
        signal,
      );
      for (const note of notes) await log.done(note);
      switched = planned.state;
    },
    async undo(signal) {
      if (switched === undefined) return;
      await using connection = await connectForSwitch(options.server, agreed, signal);
      await goBack(connection, switched);
      await dropDatabases(
        connection,
        switched.databases.flatMap(({ staging, old }) => [staging, old]),
      );
      await removeStateFiles(files);
      switched = undefined;
    },
    async forgetOld(signal) {
      if (switched === undefined) return;
      await using connection = await connectForSwitch(options.server, agreed, signal);
      for (const { database, asides } of switched.databases) {
        for (const { aside } of asides)
          await connection.query(`DROP VIEW IF EXISTS ${quoteName(database)}.${quoteName(aside)}`);
      }
      await dropDatabases(
        connection,
        switched.databases.map(({ old }) => old),
      );
      await removeStateFiles(files);
      switched = undefined;
    },
    kept(): KeptState[] {
      if (switched === undefined) return [];
      const { databases } = switched;
      return databases.map(({ database, old }) => ({
        component: databaseRecords.find((record) => record.name === database)?.id ?? '',
        place: `database ${old} and ${files.state}`,
        goBack: goBackCommands(files, databases),
      }));
    },
    async [Symbol.asyncDispose]() {
      if (made.length === 0) return;
      await using connection = await connectMariadb(options.server, new AbortController().signal);
      await dropDatabases(connection, made.splice(0));
    },
  };

  async function prepare(
    log: RestoreLog,
    signal: AbortSignal,
  ): Promise<{ changes: AccountChange[]; state: SwitchState }> {
    await using connection = await connectMariadb(options.server, signal);
    const damaged = await takeDamagedAway(connection, log);
    const states = await compareAccounts(connection, accounts, names);
    const changes = await planAccountChanges(connection, states, agreed);
    const oldNameOf = (staging: string) => staging.replace(`lb_${run}_`, `lb_${run}_old_`);
    const state = await prepareSwitch(connection, {
      server: options.name,
      run,
      databases: staged,
      oldNameOf,
      accounts: changes,
      damaged,
    });
    return { changes, state };
  }

  async function refuseDamaged(signal: AbortSignal): Promise<void> {
    if (agreed.dropDamaged) return;
    await using connection = await connectMariadb(options.server, signal);
    const damaged = await damagedTables(connection, names);
    if (damaged.length > 0) throw damagedError(listed(damaged));
  }

  async function takeDamagedAway(connection: Connection, log: RestoreLog): Promise<DamagedTable[]> {
    const damaged = await damagedTables(connection, names);
    if (damaged.length === 0) return damaged;
    const list = listed(damaged);
    if (!agreed.dropDamaged) throw damagedError(list);
    await log.before({
      what: `drop damaged tables ${list}`,
      goBack: 'not possible: the server cannot open them',
    });
    await dropDamaged(connection, damaged);
    notes.push(`damaged tables were dropped and are not in the old state that is kept: ${list}`);
    return damaged;
  }
}

/** Definitions are read once for each component. */
function once(
  read: (record: ComponentRecord, signal: AbortSignal) => Promise<DatabaseObjects>,
): (record: ComponentRecord, signal: AbortSignal) => Promise<DatabaseObjects> {
  const known = new Map<string, DatabaseObjects>();
  return async (record, signal) => {
    const objects = known.get(record.id) ?? (await read(record, signal));
    known.set(record.id, objects);
    return objects;
  };
}

async function openStaging(
  server: MariadbServer,
  count: number,
  signal: AbortSignal,
): Promise<AsyncDisposable & { list: Connection[] }> {
  const list: Connection[] = [];
  const close = async (): Promise<void> => {
    for (const connection of list) await connection.close();
  };
  try {
    while (list.length < count) list.push(await connectForStaging(server, signal));
  } catch (error) {
    await close();
    throw error;
  }
  return { list, [Symbol.asyncDispose]: close };
}

async function createStaging(
  connection: Connection,
  objects: DatabaseObjects,
  staging: string,
): Promise<void> {
  await connection.query(
    `CREATE DATABASE ${quoteName(staging)} CHARACTER SET ${objects.charset} COLLATE ${objects.collation}`,
  );
}

/** Foreign keys may lead from one to another. */
async function dropDatabases(connection: Connection, names: readonly string[]): Promise<void> {
  await connection.query('SET SESSION foreign_key_checks = 0');
  for (const name of names) await connection.query(`DROP DATABASE IF EXISTS ${quoteName(name)}`);
}

function listed(damaged: readonly DamagedTable[]): string {
  return damaged.map(({ database, table }) => `${database}.${table}`).join(', ');
}

function damagedError(list: string): LifeboatError {
  return new LifeboatError(
    'target-unsuitable',
    `the server cannot open ${list}, so cannot keep what is there`,
    {
      hint: 'agree to drop damaged tables (they are then not part of the old state), or save their files first',
    },
  );
}

function notStaged(name: string): LifeboatError {
  return new LifeboatError('internal', `not all databases of server ${name} were staged`);
}
