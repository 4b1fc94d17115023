import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { contentBytes } from './content-bytes.ts';
import { loginBySid } from './lookup.ts';
import type { Database, ServerState } from './model.ts';

export interface DatabaseSnapshot {
  state: string;
  access: string;
  recovery: string;
  compatibility: number;
  trustworthy: boolean;
  asyncStatistics: boolean;
  readOnly: boolean;
  owner: string | undefined;
  users: string[];
  /** Server paths. */
  files: string[];
  /** SHA-256 over tables, objects, users and every page. */
  content: string;
}

export interface Snapshot {
  databases: Record<string, DatabaseSnapshot>;
  logins: Record<string, unknown>;
  /** What lies in the server's data folder. */
  dataFolder: string[];
}

/** All of a server that a backup must not change and a restore changes only as it says, to be compared. */
export function takeSnapshot(state: ServerState): Snapshot {
  return {
    databases: Object.fromEntries(
      state.databases.map((database) => [database.name, snapshotOf(state, database)]),
    ),
    logins: Object.fromEntries(state.logins.map(({ id, ...login }) => [login.name, hexed(login)])),
    dataFolder: readdirSync(state.disk.local(state.dataPath) as string).sort(),
  };
}

function snapshotOf(state: ServerState, database: Database): DatabaseSnapshot {
  return {
    state: database.state,
    access: database.access,
    recovery: database.recovery,
    compatibility: database.compatibility,
    trustworthy: database.trustworthy,
    asyncStatistics: database.asyncStatistics,
    readOnly: database.readOnly,
    owner: loginBySid(state, database.ownerSid)?.name,
    users: database.content.users.map(({ name, sid }) => `${name} ${sid?.toString('hex') ?? '-'}`).sort(),
    files: database.files.map(({ physical }) => physical),
    content: digestContent(state, database),
  };
}

export function digestContent(state: ServerState, database: Database): string {
  const hash = createHash('sha256').update(
    contentBytes({ ...database.content, users: [], dboSid: Buffer.alloc(0) }),
  );
  for (const { physical, kind } of database.files) {
    if (kind === 'L' || state.disk.size(physical) === 0) continue;
    using file = state.disk.open(physical, 'read');
    for (let at = 0; at < file.size; at += 1 << 20) hash.update(file.read(at, 1 << 20));
  }
  return hash.digest('hex');
}

function hexed(login: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(login).map(([key, value]) => [
      key,
      Buffer.isBuffer(value) ? value.toString('hex') : value,
    ]),
  );
}
