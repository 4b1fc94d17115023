import { randomInt } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mssql from 'mssql';
import { createState, type StateOptions } from './server/create-state.ts';
import { findDatabase } from './server/lookup.ts';
import type { Database, ServerState } from './server/model.ts';
import { type Application, occupy } from './server/occupy.ts';
import { createFaultOrders, type FaultOrders } from './server/order-faults.ts';
import { writePages } from './server/pages.ts';
import { runBatch } from './server/run-batch.ts';
import { signIn } from './server/sign-in.ts';
import { digestContent, type Snapshot, takeSnapshot } from './server/snapshot.ts';
import { startBrowser } from './tds/browser.ts';
import { listenTds } from './tds/listen.ts';
import type { Encryption } from './tds/prelogin.ts';
import type { Certificate } from './tds/tls-tunnel.ts';

const CERTIFICATES = join(import.meta.dirname, '..', 'mariadb', 'tls');

/** A server as the tests see it, whether it is ours or a real one. */
export interface TestServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** sysadmin. */
  readonly user: string;
  readonly password: string;
  /** Runs batches one after the other on a fresh connection and resolves with the last one's last rows. */
  sql(batches: string | string[], database?: string): Promise<Record<string, unknown>[]>;
  /** A connection of the `mssql` package, pool of one; to be closed. */
  connect(change?: Partial<mssql.config>): Promise<mssql.ConnectionPool>;
}

/** Our own: everything that it knows can be looked at and changed, and faults can be ordered. */
export interface TestMssql extends TestServer, FaultOrders {
  readonly state: ServerState;
  /** The server's own folder here: `data` and `backup` in it are those of SERVERPROPERTY. */
  readonly folder: string;
  /** The database of that name. Throws if there is none. */
  database(name: string): Database;
  /** SHA-256 over everything in a database. */
  contentOf(name: string): string;
  /** Makes a database's data file so many bytes larger, with content that cannot be compressed. */
  grow(name: string, bytes: number): void;
  /** Changes a byte in the middle of a file of the server's. */
  damage(path: string, at?: number): void;
  snapshot(): Snapshot;
  occupy(database: string, options?: Parameters<typeof occupy>[2]): Application;
  /** What no statement should make the test server throw; must be empty at a test's end. */
  readonly defects: unknown[];
}

export interface TestMssqlOptions extends StateOptions {
  /** 'not-supported' unless told otherwise; the certificate is that of test/engines/mariadb/tls. */
  encryption?: Encryption;
  certificate?: Certificate;
  /** Domain that NTLM logins are asked for; NTLM is refused without. */
  domain?: string;
  /** 127.0.0.1 unless told otherwise; a named instance gets one of its own, where it is found by its name. */
  address?: string;
}

const SA_PASSWORD = `it's "sa" $1;{x}`;

export async function startMssql(options: TestMssqlOptions = {}): Promise<TestMssql> {
  const folder = await mkdtemp(join(tmpdir(), 'lb-mssql-'));
  for (const name of ['data', 'backup']) await mkdir(join(folder, name));
  const state = createState(folder, SA_PASSWORD, options);
  const defects: unknown[] = [];
  // A named instance is asked for at a port that all servers of an address share.
  const host = options.address ?? (options.instance === undefined ? '127.0.0.1' : ownAddress());
  const listener = await listenTds(host, 0, {
    name: state.name,
    version: state.version,
    encryption: options.encryption ?? 'not-supported',
    certificate: options.certificate ?? (await ownCertificate()),
    domain: options.domain,
    signIn: (login, connection, domainUser) => signIn(state, login, connection, domainUser),
    async run(sql, parameters, { spid }, reply) {
      const session = state.sessions.get(spid);
      if (session) await runBatch(state, session, sql, parameters, reply);
    },
    reset({ spid }) {
      const session = state.sessions.get(spid);
      if (session) session.database = session.firstDatabase;
    },
    attentionDelay: () => state.pace.attentionMilliseconds,
    failed: (error) => defects.push(error),
    closed: ({ spid }) => state.sessions.delete(spid),
  });
  await using started = new AsyncDisposableStack();
  started.defer(() => rm(folder, { recursive: true, force: true }));
  started.use(listener);
  if (options.instance !== undefined) {
    const { name, version } = state;
    const instance = {
      server: name,
      name: options.instance,
      version: version.join('.'),
      port: listener.port,
    };
    started.use(await startBrowser(host, instance));
  }
  const running = started.move();
  const place = { host, port: listener.port, user: 'sa', password: SA_PASSWORD };
  const connect = (change?: Partial<mssql.config>): Promise<mssql.ConnectionPool> =>
    connectTo(place, { encrypt: options.encryption === 'required', trustServerCertificate: true }, change);
  return {
    ...place,
    ...createFaultOrders(state),
    state,
    folder,
    defects,
    connect,
    sql: (batches, database) => runOn(connect, batches, database),
    database: (name) => required(state, name),
    contentOf: (name) => digestContent(state, required(state, name)),
    grow(name, bytes) {
      const [file] = required(state, name).files;
      using opened = state.disk.open(file?.physical as string, 'append');
      writePages(opened, bytes);
    },
    damage(path, at) {
      using opened = state.disk.open(path, 'append');
      opened.flip(at ?? Math.floor(opened.size / 2));
    },
    snapshot: () => takeSnapshot(state),
    occupy: (database, change) => occupy(state, database, change),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

/** One of 127.0.0.0/8, which nobody else is likely to use now. */
function ownAddress(): string {
  return `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`;
}

async function ownCertificate(): Promise<Certificate> {
  return {
    key: await readFile(join(CERTIFICATES, 'server.key'), 'utf8'),
    certificate: await readFile(join(CERTIFICATES, 'server.pem'), 'utf8'),
  };
}

function required(state: ServerState, name: string): Database {
  const database = findDatabase(state, name);
  if (!database) throw new Error(`the test server has no database ${name}`);
  return database;
}

/** A pool of one connection: what is set by USE stays. */
export async function connectTo(
  place: { host: string; port: number; user: string; password: string },
  options: mssql.config['options'],
  change: Partial<mssql.config> = {},
): Promise<mssql.ConnectionPool> {
  const pool = new mssql.ConnectionPool({
    server: place.host,
    port: place.port,
    user: place.user,
    password: place.password,
    requestTimeout: 0,
    connectionTimeout: 5_000,
    pool: { min: 0, max: 1 },
    ...change,
    options: { ...options, ...change.options },
  });
  await pool.connect();
  return pool;
}

export async function runOn(
  connect: (change?: Partial<mssql.config>) => Promise<mssql.ConnectionPool>,
  batches: string | string[],
  database: string | undefined,
): Promise<Record<string, unknown>[]> {
  const pool = await connect(database === undefined ? {} : { database });
  try {
    let rows: Record<string, unknown>[] = [];
    for (const batch of Array.isArray(batches) ? batches : [batches]) {
      const { recordsets } = await pool.request().batch(batch);
      rows = (recordsets as unknown as Record<string, unknown>[][]).at(-1) ?? [];
    }
    return rows;
  } finally {
    await pool.close();
  }
}
