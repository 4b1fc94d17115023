import type { ComponentRecord, KeptState, RestoreLog } from '../../source.ts';
import { type Connection, connectMariadb, type MariadbServer } from '../connect.ts';
import type { AccountObject } from '../format.ts';
import { quoteQualified } from '../quote-name.ts';
import { type AccountChange, compareAccounts, planAccountChanges } from './account-changes.ts';
import {
  type DamagedTable,
  damagedError,
  damagedTables,
  dropDamaged,
  listDamaged,
} from './damaged-tables.ts';
import { dropDatabases, dropEmptied } from './drop-databases.ts';
import { goBack } from './go-back.ts';
import { connectForSwitch } from './patient-connection.ts';
import { prepareSwitch } from './prepare-switch.ts';
import type { StagedDatabase } from './stage-objects.ts';
import { goBackCommands, removeStateFiles, stateFiles } from './state-file.ts';
import { switchOver } from './switch-over.ts';
import type { SwitchStep } from './switch-parts.ts';
import type { SwitchState } from './switch-state.ts';

export interface SwitchedSetParts {
  name: string;
  server: MariadbServer;
  records: readonly ComponentRecord[];
  run: string;
  stateFolder: string;
  agreed: Agreed;
  note: (text: string) => void;
  onStep: (step: SwitchStep) => void | Promise<void>;
  reconnectMs: number;
}

/** What a person said yes to, beyond the plan itself. */
export interface Agreed {
  endSessions: boolean;
  replaceAccounts: boolean;
  globalAccounts: boolean;
  dropDamaged: boolean;
}

/** The databases of a set from the moment they are switched over until their old state is forgotten. */
export interface SwitchedSet {
  switchOver(
    staged: readonly StagedDatabase[],
    accounts: readonly AccountObject[],
    log: RestoreLog,
    signal: AbortSignal,
  ): Promise<void>;
  undo(signal: AbortSignal): Promise<void>;
  forgetOld(signal: AbortSignal): Promise<void>;
  kept(): KeptState[];
}

export function switchedSet(parts: SwitchedSetParts): SwitchedSet {
  const databases = parts.records.map((record) => record.name);
  const files = stateFiles(parts.stateFolder, `${parts.name}-${parts.run}`);
  const connect = (signal: AbortSignal) =>
    connectForSwitch(parts.server, { databases, endSessions: parts.agreed.endSessions }, signal);
  let switched: SwitchState | undefined;
  return {
    async switchOver(staged, accounts, log, signal) {
      const { state, changes } = await prepare(parts, staged, accounts, log, signal);
      await switchOver(
        { ...parts, ...parts.agreed, databases: staged, accounts: changes, state, files, log },
        signal,
      );
      switched = state;
    },
    async undo(signal) {
      if (switched === undefined) return;
      await using connection = await connect(signal);
      await goBack(connection, switched);
      await dropEmptied(
        connection,
        switched.databases.map(({ old }) => old),
      );
      await dropDatabases(
        connection,
        switched.databases.map(({ staging }) => staging),
      );
      await removeStateFiles(files);
      switched = undefined;
    },
    async forgetOld(signal) {
      if (switched === undefined) return;
      await using connection = await connect(signal);
      for (const { database, asides } of switched.databases) {
        for (const { aside } of asides) {
          await connection.query(`DROP VIEW IF EXISTS ${quoteQualified(database, aside)}`);
        }
      }
      const old = switched.databases.map((database) => database.old);
      await dropDatabases(connection, old);
      await removeStateFiles(files);
      switched = undefined;
    },
    kept() {
      const all = switched?.databases ?? [];
      return all.map(({ database, old }) => ({
        component: parts.records.find((record) => record.name === database)?.id ?? '',
        place: `database ${old} and ${files.state}`,
        goBack: goBackCommands(files, all),
      }));
    },
  };
}

async function prepare(
  parts: SwitchedSetParts,
  staged: readonly StagedDatabase[],
  accounts: readonly AccountObject[],
  log: RestoreLog,
  signal: AbortSignal,
): Promise<{ changes: AccountChange[]; state: SwitchState }> {
  const databases = parts.records.map((record) => record.name);
  await using connection = await connectMariadb(parts.server, signal);
  const damaged = await takeDamagedAway(connection, databases, parts, log);
  const states = await compareAccounts(connection, accounts, databases);
  const changes = await planAccountChanges(connection, states, { ...parts.agreed, databases });
  const { name: server, run } = parts;
  const state = await prepareSwitch(connection, {
    server,
    run,
    databases: staged,
    accounts: changes,
    damaged,
  });
  return { changes, state };
}

async function takeDamagedAway(
  connection: Connection,
  databases: readonly string[],
  parts: SwitchedSetParts,
  log: RestoreLog,
): Promise<DamagedTable[]> {
  const damaged = await damagedTables(connection, databases);
  if (damaged.length === 0) return damaged;
  if (!parts.agreed.dropDamaged) throw damagedError(damaged);
  const list = listDamaged(damaged);
  await log.before({
    what: `drop damaged tables ${list}`,
    goBack: 'not possible: the server cannot open them',
  });
  await dropDamaged(connection, damaged);
  parts.note(`damaged tables were dropped and are not in the old state that is kept: ${list}`);
  return damaged;
}
