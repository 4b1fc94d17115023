import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createDatabase, defaultFiles } from './create-database.ts';
import { writeDatabaseFiles } from './database-files.ts';
import { createDisk, type PathView } from './disk.ts';
import type { ServerState } from './model.ts';
import { hashPassword } from './password-hash.ts';

export interface StateOptions {
  /** Year of the release; 2022 unless told otherwise. */
  release?: 2016 | 2017 | 2019 | 2022;
  edition?: 'Express' | 'Web' | 'Standard' | 'Developer';
  host?: 'Linux' | 'Windows';
  instance?: string;
  /** Folders that the server names differently than we do: a server on another machine, or on Windows. */
  views?: readonly PathView[];
  /** SQL logins besides sa. */
  logins?: readonly { name: string; password: string; roles?: string[]; disabled?: boolean }[];
  /** `DOMAIN\user`, with a login of the same name unless `login` is false. */
  domainUsers?: readonly { name: string; password: string; roles?: string[]; login?: boolean }[];
}

const RELEASES = {
  2016: { version: [13, 0, 1601], database: 852 },
  2017: { version: [14, 0, 1000], database: 869 },
  2019: { version: [15, 0, 2000], database: 904 },
  2022: { version: [16, 0, 1000], database: 957 },
} as const;
const EDITIONS = { Express: 4, Web: 2, Standard: 2, Developer: 3 } as const;
const SA_SID = Buffer.from([1]);

/** A server as it is after installation: system databases, `sa` and the given logins. `folder` is its own, here. */
export function createState(folder: string, saPassword: string, options: StateOptions): ServerState {
  const { version, database } = RELEASES[options.release ?? 2022];
  const edition = options.edition ?? 'Developer';
  const host = options.host ?? 'Linux';
  const root = host === 'Linux' ? '/var/opt/mssql/' : 'C:\\MSSQL\\';
  const separator = host === 'Linux' ? '/' : '\\';
  const state: ServerState = {
    name: 'TESTSQL',
    version,
    databaseVersion: database,
    edition: `${edition} Edition (64-bit)`,
    engineEdition: EDITIONS[edition],
    instance: options.instance,
    host,
    dataPath: `${root}data${separator}`,
    backupPath: `${root}backup${separator}`,
    disk: createDisk(host, [
      { server: `${root}data`, local: join(folder, 'data') },
      { server: `${root}backup`, local: join(folder, 'backup') },
      ...(options.views ?? []),
    ]),
    renamesClosed: true,
    pace: { milliseconds: 0, silent: false, attentionMilliseconds: 0 },
    databases: [],
    logins: [],
    domainUsers: new Map(
      (options.domainUsers ?? []).map(({ name, password }) => [name.toLowerCase(), password]),
    ),
    loginRefusals: [],
    certificates: new Set(),
    sessions: new Map(),
    interferences: [],
    log: [],
    nextDatabaseId: 1,
  };
  addLogins(state, saPassword, options);
  addSystemDatabases(state);
  return state;
}

function addLogins(state: ServerState, saPassword: string, options: StateOptions): void {
  const plain = { disabled: false, defaultDatabase: 'master', policyChecked: false };
  state.logins.push({
    ...plain,
    id: 1,
    name: 'sa',
    type: 'S',
    sid: SA_SID,
    passwordHash: hashPassword(saPassword),
    roles: ['sysadmin'],
  });
  for (const { name, password, roles = [], disabled = false } of options.logins ?? []) {
    const id = 260 + state.logins.length;
    const passwordHash = hashPassword(password);
    state.logins.push({ ...plain, id, name, type: 'S', sid: randomBytes(16), passwordHash, roles, disabled });
  }
  for (const { name, roles = [], login = true } of options.domainUsers ?? []) {
    const id = 260 + state.logins.length;
    const sid = randomBytes(28);
    if (login) state.logins.push({ ...plain, id, name, type: 'U', sid, passwordHash: undefined, roles });
  }
}

function addSystemDatabases(state: ServerState): void {
  for (const name of ['master', 'tempdb', 'model', 'msdb']) {
    const recovery = name === 'model' ? 'FULL' : 'SIMPLE';
    const files = defaultFiles(state, name);
    const database = createDatabase(state, name, { ownerSid: SA_SID, recovery, files });
    writeDatabaseFiles(state, database, 0);
    state.databases.push(database);
  }
}
