import { hash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '#platform/clock.ts';
import type { MssqlServer } from '#sources/mssql/connection.ts';
import { mssqlSource } from '#sources/mssql/mssql-source.ts';
import {
  type MssqlTarget,
  type MssqlTargetOptions,
  mssqlTarget,
} from '#sources/mssql/target/mssql-target.ts';
import { switchedMssql } from '#sources/mssql/target/switch/switched-mssql.ts';
import type { MemberReader, RestoreLog, SwitchedTarget, SwitchRecord } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { folderReader } from '../mariadb/backup-to-folder.ts';
import { folderSink } from '../mariadb/folder-sink.ts';
import type { TestMssql } from './start-mssql.ts';

/** A real backup of a server's databases and logins, as unpacked members; removed at the end. */
export interface SavedSet extends AsyncDisposable {
  readonly folder: string;
  readonly records: ComponentRecord[];
  readonly archive: MemberReader;
}

/** A restore of it, as far as a test takes it. */
export interface TestRestore extends AsyncDisposable {
  readonly target: MssqlTarget;
  /** What the restore log got, a line each. */
  readonly log: string[];
  /** Stages all components and checks them. */
  prepare(signal?: AbortSignal): Promise<string[]>;
  switchOver(): Promise<void>;
  /** The target of the last switch-over, from its record alone. */
  switched(): SwitchedTarget;
  /** Goes back by that, and drops what was restored. */
  undo(): Promise<void>;
}

export const never = new AbortController().signal;

export async function saveSet(server: TestMssql, databases: string[]): Promise<SavedSet> {
  const folder = await temporaryFolder();
  const source = mssqlSource({
    name: 'main',
    server: serverOf(server),
    databases,
    importance: 'normal',
    staging: stagingOf(server),
    stallMs: 20_000,
    conf: '/etc/lifeboat/sysbackup.conf',
    clock: systemClock(),
  });
  const records: ComponentRecord[] = [];
  await using view = await source.freeze(never);
  for (const component of view.components) {
    const options = { signal: never, compression: 'Fast' as const, onBytes: () => undefined };
    records.push(await component.writeTo(folderSink(folder.path), options));
  }
  return {
    folder: folder.path,
    records,
    archive: folderReader(folder.path),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** The same set with another .bak for its first database, which is removed where it was; `details` of its header. */
export async function replaceBackup(
  saved: SavedSet,
  path: string,
  details: Record<string, unknown> = {},
): Promise<SavedSet> {
  const content = await readFile(path);
  await rm(path);
  const sha256 = hash('sha256', content);
  const records = saved.records.map((record, index) => {
    if (index > 0) return record;
    const member = { path: 'replaced/database.bak', bytes: content.length, sha256 };
    const others = record.members.filter(({ path: other }) => !other.includes('/database.bak'));
    return {
      ...record,
      ...{ bytes: content.length, sha256, members: [member, ...others] },
      details: { ...record.details, ...details, form: 'plain' },
    };
  });
  return {
    ...saved,
    records,
    archive: {
      async *open(member, signal) {
        if (member === 'replaced/database.bak') yield content;
        else yield* saved.archive.open(member, signal);
      },
    },
  };
}

export function restoreOf(
  saved: Pick<SavedSet, 'records' | 'archive'>,
  server: TestMssql,
  options: Partial<MssqlTargetOptions> = {},
): TestRestore {
  const log: string[] = [];
  const restoreLog: RestoreLog = {
    before: async ({ what, goBack }) => void log.push(`${what} | ${goBack}`),
    done: async (what) => void log.push(what),
  };
  const stateFolder = join(server.folder, 'state');
  let record: SwitchRecord | undefined;
  const switched = (): SwitchedTarget => {
    if (record === undefined) throw new Error('nothing was switched over');
    return switchedMssql(record, { server: serverOf(server), stateFolder, stallMs: 20_000, retryMs: 2_000 });
  };
  const target = mssqlTarget({
    name: 'main',
    server: serverOf(server),
    components: saved.records,
    archive: saved.archive,
    staging: stagingOf(server),
    stallMs: 20_000,
    check: 'physical_only',
    conf: '/etc/lifeboat/sysbackup.conf',
    stateFolder,
    run: 'run7',
    retryMs: 2_000,
    reconnectMs: 2_000,
    ...options,
  });
  return {
    target,
    log,
    async prepare(signal = never) {
      for (const record of saved.records) {
        await target.stage(record, saved.archive, { signal, onBytes: () => undefined });
      }
      return (await target.check(signal)).map(({ component, result }) => `${component}: ${result}`);
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
    [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
  };
}

export function serverOf({ host, port, user, password }: TestMssql): MssqlServer {
  return { address: { host, port }, user, password: async () => password, tls: undefined };
}

/** The server names its folders as if it had a machine of its own. */
export function stagingOf({ state, folder }: TestMssql): { serverPath: string; localPath: string } {
  return { serverPath: state.backupPath, localPath: `${folder}/backup` };
}
