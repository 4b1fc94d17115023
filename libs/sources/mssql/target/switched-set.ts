import type { KeptState, RestoreLog } from '../../source.ts';
import { connectMssql, type MssqlServer } from '../connect.ts';
import { type LoginObject, type MssqlDatabaseDetails, mssqlDatabaseDetails } from '../format.ts';
import { readLogins } from '../read-logins.ts';
import { compareLogins } from './compare-logins.ts';
import { goBack } from './go-back.ts';
import { dropLoginSql, goBackOne } from './go-back-sql.ts';
import { readDatabase } from './read-live.ts';
import { readPrincipals } from './read-principals.ts';
import type { StagedDatabase } from './staging-set.ts';
import { switchOver } from './switch-over.ts';
import type { SwitchedDatabase, SwitchState } from './switch-state.ts';
import { dropDatabase, type Patience } from './take-exclusively.ts';

export interface SwitchedSetParts {
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

/** The databases of a set from the moment they are switched over until their old state is forgotten. */
export interface SwitchedSet {
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

export function switchedSet(parts: SwitchedSetParts): SwitchedSet {
  let switched: SwitchState | undefined;
  const patient = (signal: AbortSignal): Patience => ({ ...parts, signal });
  return {
    async switchOver(staged, logins, log, signal) {
      const records = new Map(staged.map(({ record }) => [record.id, record]));
      const { state, missing } = await prepare(parts, staged, logins, signal);
      const archived = (component: string): MssqlDatabaseDetails =>
        mssqlDatabaseDetails(records.get(component)!);
      await switchOver({ ...parts, state, archived, logins: missing, log, patience: patient(signal) });
      switched = state;
    },
    async undo(signal) {
      if (switched === undefined) return;
      await using connection = await connectMssql(parts.server, signal);
      await goBack(connection, switched, patient(signal));
      switched = undefined;
    },
    async forgetOld(signal) {
      if (switched === undefined) return;
      await using connection = await connectMssql(parts.server, signal);
      for (const { old } of keptOf(switched)) await dropDatabase(connection, old, patient(signal));
      switched = undefined;
    },
    kept() {
      const state = switched;
      if (state === undefined) return [];
      return keptOf(state).map((database, index, all) => ({
        component: database.component,
        place: `database ${database.old} on ${state.place}`,
        goBack: [
          ...goBackOne(database),
          ...(index === all.length - 1 ? state.createdLogins.map(dropLoginSql) : []),
        ],
      }));
    },
  };
}

function keptOf({ databases }: SwitchState): SwitchedDatabase[] {
  return databases.filter(({ live, dropped }) => live !== undefined && !dropped);
}

async function prepare(
  parts: SwitchedSetParts,
  staged: readonly StagedDatabase[],
  logins: readonly LoginObject[],
  signal: AbortSignal,
): Promise<{ state: SwitchState; missing: LoginObject[] }> {
  await using connection = await connectMssql(parts.server, signal);
  const databases: SwitchedDatabase[] = [];
  for (const [index, { record, ...names }] of staged.entries()) {
    const live = await readDatabase(connection, record.name, signal);
    const database = live?.name ?? record.name;
    const old = `lb_${parts.run}_old_${index + 1}`;
    databases.push({ component: record.id, database, ...names, old, live, dropped: false });
  }
  const states = compareLogins(
    logins,
    await readLogins(connection, signal),
    await readPrincipals(connection, signal),
  );
  return {
    state: { run: parts.run, place: connection.place, databases, createdLogins: [] },
    missing: states.filter(({ is }) => is === 'missing').map(({ login }) => login),
  };
}
