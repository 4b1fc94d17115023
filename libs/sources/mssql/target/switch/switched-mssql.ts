import type { KeptState, SwitchedTarget, SwitchRecord } from '../../../restore-target.ts';
import { connectMssql } from '../../connect.ts';
import type { Connection, MssqlServer } from '../../connection.ts';
import { readFiles } from '../read-live.ts';
import { requireSameServer } from '../server-name.ts';
import { atSwitchOver } from './end-earlier-sessions.ts';
import { findDatabases } from './find-databases.ts';
import { forgetState } from './forget-state.ts';
import { goBack } from './go-back.ts';
import { dropLoginSql, goBackOne } from './go-back-sql.ts';
import { howFar } from './how-far.ts';
import { readLoginsFile, writeLoginsFile } from './logins-file.ts';
import { parseSwitchState } from './parse-switch-state.ts';
import type { Patience } from './patience.ts';
import { reverseSwitch } from './reverse-switch.ts';
import { ownDatabases, type PlainState, type SwitchedDatabase } from './switch-state.ts';
import { toRecord } from './to-record.ts';

export interface SwitchedMssqlOptions {
  /** The login needs the server role sysadmin. */
  server: MssqlServer;
  /** Private folder for what an undo must be able to bring back. */
  stateFolder: string;
  /** ALTER DATABASE without progress for so many milliseconds has failed. */
  stallMs: number;
  /** How long sessions that come back are put out, in milliseconds. Default: 30 seconds. */
  retryMs?: number;
}

const RETRY_MS = 30_000;

/** Databases and logins of one SQL Server after a switch-over, begun or finished, from its record. */
export function switchedMssql(record: SwitchRecord, options: SwitchedMssqlOptions): SwitchedTarget {
  const { loginsSha256, ...recorded } = parseSwitchState(record);
  const { stateFolder, stallMs, retryMs = RETRY_MS } = options;
  const server = atSwitchOver(options.server, recorded.run);
  const patient = (signal: AbortSignal): Patience => ({ server, stallMs, retryMs, signal });
  return {
    id: record.target,
    async look(signal) {
      await using connection = await connectMssql(server, signal);
      return await howFar(connection, recorded, signal);
    },
    async goBack(log, signal) {
      const { files } = recorded;
      const state = {
        ...recorded,
        removedLogins: await readLoginsFile(stateFolder, { files, loginsSha256 }),
      };
      const notes: string[] = [];
      await using connection = await connectMssql(server, signal);
      const what = `bring back on ${connection.place} what stood there before restore ${recorded.run}`;
      await log.before({ what, goBack: recorded.databases.flatMap(goBackOne).join(' ') });
      await goBack(connection, state, {
        patience: patient(signal),
        log,
        note: (text) => void notes.push(text),
      });
      for (const note of notes) await log.done(note);
      await log.done(what);
    },
    async reverse(signal) {
      await using connection = await connectMssql(server, signal);
      await requireSameServer(connection, { ...recorded, own: ownDatabases(recorded) }, signal);
      const reversed = await reverseSwitch(connection, recorded, signal);
      await writeLoginsFile(stateFolder, reversed);
      return toRecord(reversed);
    },
    async forget(signal) {
      await using connection = await connectMssql(server, signal);
      await forgetState(connection, recorded, stateFolder, patient(signal));
    },
    async kept(signal) {
      await using connection = await connectMssql(server, signal);
      return await keptStates(connection, recorded, signal);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Whichever of the two states is not live has databases of names of its own. */
async function keptStates(
  connection: Connection,
  state: PlainState,
  signal: AbortSignal,
): Promise<KeptState[]> {
  const kept: KeptState[] = [];
  for (const switched of state.databases) {
    const { staged, old } = await findDatabases(connection, switched, signal);
    for (const found of [staged, old]) {
      if (found === undefined) continue;
      const files = await readFiles(connection, found.id, signal);
      kept.push({
        component: switched.component,
        place: `database ${found.name} on ${connection.place}`,
        bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
        goBack: found === old ? commands(switched, state) : [],
      });
    }
  }
  return kept;
}

/** Logins come last, once no database needs them. */
function commands(switched: SwitchedDatabase, { databases, createdLogins }: PlainState): string[] {
  const isLast = switched === databases.at(-1);
  return [...goBackOne(switched), ...(isLast ? createdLogins.map(({ name }) => dropLoginSql(name)) : [])];
}
