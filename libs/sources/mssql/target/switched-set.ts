import type { KeptState, RestoreLog, SwitchedTarget, SwitchRecord } from '../../source.ts';
import { connectMssql, type MssqlServer } from '../connect.ts';
import { type LoginObject, type MssqlDatabaseDetails, mssqlDatabaseDetails } from '../format.ts';
import { readLogins } from '../read-logins.ts';
import { compareLogins } from './compare-logins.ts';
import { atSwitchOver } from './end-earlier-sessions.ts';
import { dropLoginSql, goBackOne } from './go-back-sql.ts';
import { readDatabase } from './read-live.ts';
import { readPrincipals } from './read-principals.ts';
import { readServerName } from './server-name.ts';
import type { StagedDatabase } from './staging-set.ts';
import { switchOver } from './switch-over.ts';
import type { SwitchedDatabase, SwitchState } from './switch-state.ts';
import { switchedMssql } from './switched-mssql.ts';
import type { Patience } from './take-exclusively.ts';
import { toRecord } from './to-record.ts';

export interface SwitchedSetParts {
  /** The server's section in the conf. */
  name: string;
  stateFolder: string;
  server: MssqlServer;
  run: string;
  stallMs: number;
  retryMs: number;
  reconnectMs: number;
  globalAccounts: boolean;
  dropDamaged: boolean;
  /** Whatever was noted, at staging too. */
  notes: readonly string[];
  note: (text: string) => void;
}

/** The databases of a set from the moment they are to be switched over until their old state is forgotten. */
export interface SwitchedSet {
  /** Reads what is live. Changes nothing. */
  prepare(
    staged: readonly StagedDatabase[],
    logins: readonly LoginObject[],
    signal: AbortSignal,
  ): Promise<SwitchRecord>;
  /** Prepares first if that was not done. */
  switchOver(
    staged: readonly StagedDatabase[],
    logins: readonly LoginObject[],
    log: RestoreLog,
    signal: AbortSignal,
  ): Promise<void>;
  undo(signal: AbortSignal): Promise<void>;
  forgetOld(signal: AbortSignal): Promise<void>;
  kept(): KeptState[];
}

interface Prepared {
  state: SwitchState;
  missing: LoginObject[];
}

export function switchedSet(parts: SwitchedSetParts): SwitchedSet {
  let prepared: Prepared | undefined;
  let switched: { state: SwitchState; dropped: ReadonlySet<string> } | undefined;
  const target = (state: SwitchState): SwitchedTarget => switchedMssql(toRecord(state), parts);
  return {
    async prepare(staged, logins, signal) {
      prepared = await prepare(parts, staged, logins, signal);
      return toRecord(prepared.state);
    },
    async switchOver(staged, logins, log, signal) {
      prepared ??= await prepare(parts, staged, logins, signal);
      const { state, missing } = prepared;
      const records = new Map(staged.map(({ record }) => [record.id, record]));
      const archived = (component: string): MssqlDatabaseDetails =>
        mssqlDatabaseDetails(records.get(component)!);
      const dropped = new Set<string>();
      const patience: Patience = { ...parts, server: atSwitchOver(parts.server, parts.run), signal };
      await switchOver({ ...parts, state, archived, logins: missing, dropped, log, patience });
      switched = { state, dropped };
    },
    async undo(signal) {
      if (switched === undefined) return;
      await target(switched.state).goBack(SILENT, signal);
      await target(switched.state).forget(signal);
      switched = undefined;
    },
    async forgetOld(signal) {
      if (switched === undefined) return;
      await target(switched.state).forget(signal);
      switched = undefined;
    },
    kept() {
      if (switched === undefined) return [];
      const { state, dropped } = switched;
      const kept = state.databases.filter(
        ({ live, database }) => live !== undefined && !dropped.has(database),
      );
      return kept.map((database, index, all) => ({
        component: database.component,
        place: `database ${database.old} on ${state.place}`,
        goBack: [
          ...goBackOne(database),
          ...(index === all.length - 1 ? state.createdLogins.map(({ name }) => dropLoginSql(name)) : []),
        ],
      }));
    },
  };
}

/** Who undoes one target of several logs it himself. */
const SILENT: RestoreLog = { before: async () => undefined, done: async () => undefined };

async function prepare(
  parts: SwitchedSetParts,
  staged: readonly StagedDatabase[],
  logins: readonly LoginObject[],
  signal: AbortSignal,
): Promise<Prepared> {
  const { name: server, run, dropDamaged } = parts;
  await using connection = await connectMssql(parts.server, signal);
  const databases: SwitchedDatabase[] = [];
  for (const [index, { record, ...names }] of staged.entries()) {
    const live = await readDatabase(connection, record.name, signal);
    const database = live?.name ?? record.name;
    const old = `lb_${run}_old_${index + 1}`;
    const mayDrop = dropDamaged && live !== undefined && live.state !== 'ONLINE';
    const { staged: stagedName, stagedId } = names;
    const all = { component: record.id, database, staged: stagedName, stagedId, old, mayDrop };
    databases.push({ ...all, ...(live === undefined ? {} : { live }) });
  }
  const states = compareLogins(
    logins,
    await readLogins(connection, signal),
    await readPrincipals(connection, signal),
  );
  const missing = states.filter(({ is }) => is === 'missing').map(({ login }) => login);
  const state: SwitchState = {
    format: 'lifeboat-mssql-switch',
    formatVersion: 1,
    server,
    run,
    place: connection.place,
    serverName: await readServerName(connection, signal),
    files: `${server}-${run}`,
    databases,
    createdLogins: missing.map(({ name, type, sid }) => ({ name, ...(type === 'S' ? { sid } : {}) })),
    removedLogins: [],
  };
  return { state, missing };
}
