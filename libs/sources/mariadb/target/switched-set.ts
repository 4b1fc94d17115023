import { LifeboatError } from '#platform/errors.ts';
import type { ComponentRecord, KeptState, RestoreLog, SwitchedTarget, SwitchRecord } from '../../source.ts';
import { connectMariadb, type MariadbServer } from '../connect.ts';
import type { AccountObject } from '../format.ts';
import { type AccountChange, compareAccounts, planAccountChanges } from './account-changes.ts';
import { damagedError, damagedTables } from './damaged-tables.ts';
import { prepareSwitch } from './prepare-switch.ts';
import type { StagedDatabase } from './stage-objects.ts';
import {
  goBackCommands,
  removeStateFiles,
  type StateFiles,
  stateFiles,
  writeStateFiles,
} from './state-file.ts';
import { switchOver } from './switch-over.ts';
import type { SwitchStep } from './switch-parts.ts';
import type { SwitchState } from './switch-state.ts';
import { switchedMariadb } from './switched-mariadb.ts';
import { toRecord } from './to-record.ts';

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

/** The databases of a set from the moment they are to be switched over until their old state is forgotten. */
export interface SwitchedSet {
  /** Reads what is live and writes the state files. Changes nothing live. */
  prepare(
    staged: readonly StagedDatabase[],
    accounts: readonly AccountObject[],
    signal: AbortSignal,
  ): Promise<SwitchRecord>;
  /** Prepares first if that was not done. */
  switchOver(
    staged: readonly StagedDatabase[],
    accounts: readonly AccountObject[],
    log: RestoreLog,
    signal: AbortSignal,
  ): Promise<void>;
  undo(signal: AbortSignal): Promise<void>;
  forgetOld(signal: AbortSignal): Promise<void>;
  kept(): KeptState[];
  /** Removes the state files, unless there is something to go back to. */
  drop(): Promise<void>;
}

interface Prepared {
  state: SwitchState;
  changes: AccountChange[];
}

export function switchedSet(parts: SwitchedSetParts): SwitchedSet {
  let prepared: Prepared | undefined;
  let switched: SwitchState | undefined;
  let stuck = false;
  const target = (state: SwitchState): SwitchedTarget =>
    switchedMariadb(toRecord(state), { ...parts, ...parts.agreed });
  const filesOf = (state: SwitchState): StateFiles => stateFiles(parts.stateFolder, state.files);
  return {
    async prepare(staged, accounts, signal) {
      prepared = await prepare(parts, staged, accounts, signal);
      await writeStateFiles(parts.stateFolder, prepared.state);
      return toRecord(prepared.state);
    },
    async switchOver(staged, accounts, log, signal) {
      if (prepared === undefined) await this.prepare(staged, accounts, signal);
      const { state, changes } = prepared!;
      const files = filesOf(state);
      const all = { ...parts, ...parts.agreed, databases: staged, accounts: changes, state, files, log };
      try {
        await switchOver(all, signal);
      } catch (error) {
        stuck = error instanceof LifeboatError && error.code === 'rollback-failed';
        throw error;
      }
      switched = state;
    },
    async undo(signal) {
      if (switched === undefined) return;
      await target(switched).goBack(SILENT, signal);
      await target(switched).forget(signal);
      switched = undefined;
    },
    async forgetOld(signal) {
      if (switched === undefined) return;
      await target(switched).forget(signal);
      switched = undefined;
    },
    kept() {
      const state = switched;
      if (state === undefined) return [];
      return state.databases.map(({ component, old }) => ({
        component,
        place: `database ${old} on ${state.place}`,
        goBack: goBackCommands(filesOf(state), state.databases),
      }));
    },
    async drop() {
      if (prepared === undefined || switched !== undefined || stuck) return;
      await removeStateFiles(filesOf(prepared.state));
      prepared = undefined;
    },
  };
}

/** Who undoes one target of several logs it himself. */
const SILENT: RestoreLog = { before: async () => undefined, done: async () => undefined };

async function prepare(
  parts: SwitchedSetParts,
  staged: readonly StagedDatabase[],
  accounts: readonly AccountObject[],
  signal: AbortSignal,
): Promise<Prepared> {
  const databases = parts.records.map((record) => record.name);
  await using connection = await connectMariadb(parts.server, signal);
  const damaged = await damagedTables(connection, databases);
  if (damaged.length > 0 && !parts.agreed.dropDamaged) throw damagedError(damaged);
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
