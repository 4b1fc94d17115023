import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#platform/clock.ts';
import type { MssqlServer } from '#sources/mssql/connection.ts';
import { type MssqlSourceOptions, mssqlSource } from '#sources/mssql/mssql-source.ts';
import type { MemberReader } from '#sources/restore-target.ts';
import type { ComponentRecord, Compression, FrozenView, Source } from '#sources/source.ts';
import { folderSink } from '../mariadb/folder-sink.ts';
import { startMssql, type TestMssql, type TestMssqlOptions } from './start-mssql.ts';

/** A server "on another machine": what it calls /srv/staging is a folder of ours. */
export interface StagedServer extends AsyncDisposable {
  readonly server: TestMssql;
  readonly staging: string;
  /** How the source signs in. */
  readonly signIn: MssqlServer;
  source(change?: Partial<MssqlSourceOptions>): Source;
  /** Names of the files in the staging folder. */
  staged(): Promise<string[]>;
}

export const SERVER_STAGING = '/srv/staging';

/** Names that a careless program stumbles over. */
export const AWKWARD = ['shop', "O'Brien [old] (x)", '출입 Türen]'] as const;

export async function stagedServer(options: TestMssqlOptions = {}): Promise<StagedServer> {
  await using made = new AsyncDisposableStack();
  const staging = await mkdtemp(join(tmpdir(), 'lb-staging-'));
  made.defer(() => rm(staging, { recursive: true, force: true }));
  const server = made.use(
    await startMssql({
      ...options,
      views: [{ server: SERVER_STAGING, local: staging }, ...(options.views ?? [])],
    }),
  );
  const signIn: MssqlServer = {
    address: { host: server.host, port: server.port },
    user: server.user,
    password: async () => server.password,
    tls: undefined,
    limits: { connect: 3000, ask: 3000, cancel: 2000 },
  };
  const kept = made.move();
  return {
    server,
    staging,
    signIn,
    source: (change) =>
      mssqlSource({
        name: 'main',
        server: signIn,
        databases: ['shop'],
        importance: 'normal',
        staging: { serverPath: SERVER_STAGING, localPath: staging },
        stallMs: 3000,
        conf: '/etc/lifeboat/sysbackup.conf',
        clock: systemClock(),
        seenMs: 400,
        ...change,
      }),
    staged: () => readdir(staging),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** The lines of `[mssql main]` for these databases of it; the password is in `sql-password` beside the root. */
export function mssqlSection({ server, staging }: StagedServer, databases: readonly string[]): string[] {
  return [
    'host = 127.0.0.1',
    `port = ${server.port}`,
    'encrypt = no',
    'user = sa',
    'password_file = ../sql-password',
    ...databases.map((name) => `databases[] = "${name}"`),
    `staging_server_path = ${SERVER_STAGING}`,
    `staging_local_path = ${staging}`,
    'stall = 5 s',
  ];
}

/** Databases of each name with a table, a view, a user with a login, and so many bytes. */
export async function fillDatabases(
  server: TestMssql,
  names: readonly string[],
  bytes = 1_000_000,
): Promise<void> {
  for (const [index, name] of names.entries()) {
    const quoted = `[${name.replaceAll(']', ']]')}]`;
    await server.sql(`CREATE DATABASE ${quoted}`);
    await server.sql(
      [
        'CREATE TABLE dbo.orders (id int PRIMARY KEY, item nvarchar(50))',
        `INSERT INTO dbo.orders VALUES (1, N'Schlüssel'), (2, N'${index}')`,
        'CREATE VIEW dbo.items AS SELECT item FROM dbo.orders',
        `CREATE LOGIN [app${index}] WITH PASSWORD = N'secret!${index}', CHECK_POLICY = OFF`,
        `CREATE USER [app${index}] FOR LOGIN [app${index}]`,
      ],
      name,
    );
    server.grow(name, bytes);
  }
}

export interface Saved extends AsyncDisposable {
  records: ComponentRecord[];
  /** What onBytes was told. */
  told: { bytes: number; item: string }[];
  journal: string[];
  view: FrozenView;
  /** What the view said about its time before anything was written. */
  frozenAt: Temporal.Instant;
  /** The members, as after unpacking an archive. */
  folder: string;
  archive: MemberReader;
}

/** Freezes and writes every component of a source, as the pipeline does. */
export async function save(
  source: Source,
  o: {
    signal?: AbortSignal;
    compression?: Compression;
    onBytes?: (bytes: number, item: string) => void;
  } = {},
): Promise<Saved> {
  const signal = o.signal ?? new AbortController().signal;
  const folder = await mkdtemp(join(tmpdir(), 'lb-saved-'));
  try {
    const told: Saved['told'] = [];
    await using view = await source.freeze(signal);
    const frozenAt = view.takenAt;
    const records: ComponentRecord[] = [];
    for (const component of view.components) {
      const onBytes = (bytes: number, item: string): void => {
        told.push({ bytes, item });
        o.onBytes?.(bytes, item);
      };
      const how = { signal, compression: o.compression ?? 'Fast', onBytes };
      records.push(await component.writeTo(folderSink(folder), how));
    }
    return {
      ...{ records, told, view, frozenAt, folder, journal: view.journal },
      archive: folderReader(folder),
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function folderReader(folder: string): MemberReader {
  return {
    async *open(path) {
      const { createReadStream } = await import('node:fs');
      yield* createReadStream(join(folder, path)) as AsyncIterable<Uint8Array>;
    },
  };
}
