import { LifeboatError } from '#platform/errors.ts';
import type { RestoreLog, SwitchRecord } from '../../../restore-target.ts';
import { connectMssql } from '../../connect.ts';
import type { MssqlServer } from '../../connection.ts';
import { type LoginObject, type MssqlDatabaseDetails, mssqlDatabaseDetails } from '../../format.ts';
import { readLogins } from '../../read-logins.ts';
import { compareLogins } from '../compare-logins.ts';
import { readDatabase } from '../read-live.ts';
import { readPrincipals } from '../read-principals.ts';
import { readServerName } from '../server-name.ts';
import type { StagedDatabase } from '../staging/staging-set.ts';
import { atSwitchOver } from './end-earlier-sessions.ts';
import type { Patience } from './patience.ts';
import { switchOver } from './switch-over.ts';
import type { SwitchedDatabase, SwitchState } from './switch-state.ts';
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
  /** As in MssqlTargetOptions. */
  savedHere: boolean;
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
  /** What was prepared last. */
  switchOver(staged: readonly StagedDatabase[], log: RestoreLog, signal: AbortSignal): Promise<void>;
}

interface Prepared {
  state: SwitchState;
  missing: LoginObject[];
}

export function switchedSet(parts: SwitchedSetParts): SwitchedSet {
  let prepared: Prepared | undefined;
  return {
    async prepare(staged, logins, signal) {
      prepared = await prepare(parts, staged, logins, signal);
      return toRecord(prepared.state);
    },
    async switchOver(staged, log, signal) {
      if (prepared === undefined) throw notPrepared(parts.name);
      const { state, missing } = prepared;
      const records = new Map(staged.map(({ record }) => [record.id, record]));
      const archived = (component: string): MssqlDatabaseDetails =>
        mssqlDatabaseDetails(records.get(component)!);
      const patience: Patience = { ...parts, server: atSwitchOver(parts.server, parts.run), signal };
      await switchOver({ ...parts, state, archived, logins: missing, log, patience });
    },
  };
}

function notPrepared(name: string): LifeboatError {
  return new LifeboatError('internal', `server ${name} was to be switched over before that was prepared`);
}

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
