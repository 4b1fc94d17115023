import {
  type MariadbTarget,
  type MariadbTargetOptions,
  mariadbTarget,
} from '#sources/mariadb/target/mariadb-target.ts';
import { switchedMariadb } from '#sources/mariadb/target/switch/switched-mariadb.ts';
import type { RestoreLog, SwitchedTarget, SwitchRecord } from '#sources/restore-target.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { type FolderBackup, serverOf } from './backup-to-folder.ts';
import type { TestMariadb } from './start-mariadb.ts';

export interface TestRestore extends AsyncDisposable {
  readonly target: MariadbTarget;
  /** What the restore log got, a line each. */
  readonly log: string[];
  readonly restoreLog: RestoreLog;
  readonly stateFolder: string;
  /** Stages all components and checks them. */
  prepare(): Promise<string[]>;
  switchOver(): Promise<void>;
  /** The target of the last switch-over, from its record alone. */
  switched(): SwitchedTarget;
  /** Goes back by that, and drops what was restored. */
  undo(): Promise<void>;
}

export const never = new AbortController().signal;

export async function restoreOf(
  backup: Pick<FolderBackup, 'records' | 'archive'>,
  server: TestMariadb,
  options: Partial<MariadbTargetOptions> = {},
): Promise<TestRestore> {
  const state = await temporaryFolder();
  const log: string[] = [];
  const restoreLog: RestoreLog = {
    before: async ({ what, goBack }) => void log.push(`${what} | ${goBack}`),
    done: async (what) => void log.push(what),
  };
  const target = mariadbTarget({
    name: 'main',
    server: serverOf(server),
    components: backup.records,
    archive: backup.archive,
    stateFolder: state.path,
    ...options,
  });
  let record: SwitchRecord | undefined;
  const switched = (): SwitchedTarget => {
    if (record === undefined) throw new Error('nothing was switched over');
    const { endSessions = false } = options;
    return switchedMariadb(record, { server: serverOf(server), stateFolder: state.path, endSessions });
  };
  return {
    target,
    log,
    restoreLog,
    stateFolder: state.path,
    async prepare() {
      for (const record of backup.records) {
        await target.stage(record, backup.archive, { signal: never, onBytes: () => undefined });
      }
      return (await target.check(never)).map(({ component, result }) => `${component}: ${result}`);
    },
    async switchOver() {
      record = await target.prepare(never);
      await target.switchOver(restoreLog, never);
    },
    switched,
    async undo() {
      await switched().goBack(restoreLog, never);
      await switched().forget(never);
    },
    async [Symbol.asyncDispose]() {
      await target[Symbol.asyncDispose]();
      await state[Symbol.asyncDispose]();
    },
  };
}
