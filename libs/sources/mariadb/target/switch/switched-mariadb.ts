import { shellQuoted } from '../../../../platform/shell-quoted.ts';
import type { KeptState, SwitchedTarget, SwitchRecord } from '../../../restore-target.ts';
import { type Connection, connectMariadb, type MariadbServer } from '../../connect.ts';
import { requireSameServer } from '../server-identity.ts';
import { connectForSwitch } from './connect-for-switch.ts';
import { forgetState } from './forget-state.ts';
import { goBack } from './go-back.ts';
import { howFar } from './how-far.ts';
import { ownDatabases } from './own-databases.ts';
import { parseSwitchState } from './parse-switch-state.ts';
import { reverseSwitch } from './reverse-switch.ts';
import { goBackCommands, readAccountsFile, stateFiles, writeStateFiles } from './state-file.ts';
import type { SwitchedDatabase } from './switch-state.ts';
import { toRecord } from './to-record.ts';

export interface SwitchedMariadbOptions {
  /** Signed in with the rights that a restore needs. */
  server: MariadbServer;
  /** In which the restore left its files. */
  stateFolder: string;
  /** Agreed: sessions that hold the way back up are ended. */
  endSessions?: boolean;
}

/** Databases and accounts of one server after a switch-over, begun or finished, from its record. */
export function switchedMariadb(record: SwitchRecord, options: SwitchedMariadbOptions): SwitchedTarget {
  const recorded = parseSwitchState(record);
  const { server, stateFolder, endSessions = false } = options;
  const files = stateFiles(stateFolder, recorded.files);
  const names = recorded.databases.map(({ database }) => database);
  return {
    id: record.target,
    async look(signal) {
      await using connection = await connectMariadb(server, signal);
      return await howFar(connection, recorded);
    },
    async goBack(log, signal) {
      const { accountsSha256, ...state } = recorded;
      const replacedAccounts = await readAccountsFile(files.accounts, accountsSha256);
      const notes: string[] = [];
      await using connection = await connectForSwitch(server, { databases: names, endSessions }, signal);
      const what = `bring back on ${connection.place} what stood there before restore ${recorded.run}`;
      await log.before({ what, goBack: `mariadb < ${shellQuoted(files.afterRename)}, if this is cut off` });
      await goBack(connection, { ...state, replacedAccounts }, (text) => void notes.push(text));
      for (const note of notes) await log.done(note);
      await log.done(what);
    },
    async reverse(signal) {
      await using connection = await connectMariadb(server, signal);
      await requireSameServer(connection, { ...recorded, own: ownDatabases(recorded) });
      const reversed = await reverseSwitch(connection, recorded);
      await writeStateFiles(stateFolder, reversed);
      return toRecord(reversed);
    },
    async forget(signal) {
      await using connection = await connectMariadb(server, signal);
      await forgetState(connection, recorded, stateFolder);
    },
    async kept(signal) {
      await using connection = await connectMariadb(server, signal);
      return await keptStates(connection, recorded.databases, goBackCommands(files, recorded.databases));
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Whichever of the two states is not live lies in databases of its own. */
async function keptStates(
  connection: Connection,
  databases: readonly SwitchedDatabase[],
  goBack: string[],
): Promise<KeptState[]> {
  const kept: KeptState[] = [];
  for (const { component, staging, old } of databases) {
    const found = await connection.query<{ name: string; bytes: string | number }>(
      `SELECT TABLE_SCHEMA AS name, SUM(COALESCE(DATA_LENGTH, 0) + COALESCE(INDEX_LENGTH, 0)) AS bytes
        FROM information_schema.TABLES WHERE TABLE_SCHEMA IN (?) AND TABLE_TYPE <> 'VIEW' GROUP BY TABLE_SCHEMA`,
      [[staging, old]],
    );
    for (const { name, bytes } of found) {
      kept.push({
        component,
        place: `database ${name} on ${connection.place}`,
        bytes: Number(bytes),
        goBack: name === old ? goBack : [],
      });
    }
  }
  return kept;
}
