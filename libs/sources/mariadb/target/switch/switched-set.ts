import { LifeboatError } from '#platform/errors.ts';
import type { RestoreLog, SwitchRecord } from '../../../restore-target.ts';
import type { ComponentRecord } from '../../../source.ts';
import { connectMariadb, type MariadbServer } from '../../connect.ts';
import type { AccountObject } from '../../format.ts';
import { damagedError, damagedTables } from '../damaged-tables.ts';
import { type AccountChange, compareAccounts, planAccountChanges } from '../objects/account-changes.ts';
import type { StagedDatabase } from '../staging/stage-objects.ts';
import { prepareSwitch } from './prepare-switch.ts';
import { stateFiles, writeStateFiles } from './state-file.ts';
import { switchOver } from './switch-over.ts';
import type { SwitchStep } from './switch-parts.ts';
import type { SwitchState } from './switch-state.ts';
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
  /**
   * Reads what is live and writes the state files. Changes nothing live. From then on whoever has the record may need
   * the files: they go with what was staged, or are forgotten.
   */
  prepare(
    staged: readonly StagedDatabase[],
    accounts: readonly AccountObject[],
    signal: AbortSignal,
  ): Promise<SwitchRecord>;
  /** What was prepared last. */
  switchOver(staged: readonly StagedDatabase[], log: RestoreLog, signal: AbortSignal): Promise<void>;
}

interface Prepared {
  state: SwitchState;
  changes: AccountChange[];
}

export function switchedSet(parts: SwitchedSetParts): SwitchedSet {
  let prepared: Prepared | undefined;
  return {
    async prepare(staged, accounts, signal) {
      prepared = await prepare(parts, staged, accounts, signal);
      await writeStateFiles(parts.stateFolder, prepared.state);
      return toRecord(prepared.state);
    },
    async switchOver(staged, log, signal) {
      if (prepared === undefined) throw notPrepared(parts.name);
      const { state, changes } = prepared;
      const files = stateFiles(parts.stateFolder, state.files);
      const all = { ...parts, ...parts.agreed, databases: staged, accounts: changes, state, files, log };
      await switchOver(all, signal);
    },
  };
}

function notPrepared(name: string): LifeboatError {
  return new LifeboatError('internal', `server ${name} was to be switched over before that was prepared`);
}

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
