import {
  type MariadbTarget,
  type MariadbTargetOptions,
  mariadbTarget,
} from '#sources/mariadb/target/mariadb-target.ts';
import type { RestoreLog } from '#sources/source.ts';
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
    switchOver: () => target.switchOver(restoreLog, never),
    async [Symbol.asyncDispose]() {
      await target[Symbol.asyncDispose]();
      await state[Symbol.asyncDispose]();
    },
  };
}
