import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import type { PathView } from './server/disk.ts';
import {
  connectTo,
  runOn,
  startMssql,
  type TestMssql,
  type TestMssqlOptions,
  type TestServer,
} from './start-mssql.ts';

/** The server that a suite runs against: ours, or a real one where MSSQL_TEST_URL names it. */
export interface SuiteServer extends TestServer {
  /** Undefined where the server is a real one. */
  readonly ours: TestMssql | undefined;
  /** A folder for backup files, as the server sees it and as we do. */
  readonly staging: PathView;
  /** A name of the test's own for a database, a login or a file in the staging folder; all are removed at the end. */
  name(word: string): string;
}

/**
 * Opens the server for a suite. `options` shape ours only: a test that depends on them, or orders a fault, asks for
 * `requireOurs`. MSSQL_TEST_URL is `mssql://user:password@host:port/?staging_server=...&staging_local=...`; see
 * docs/operations.md.
 */
export async function openTestServer(options: TestMssqlOptions = {}): Promise<SuiteServer> {
  const url = process.env['MSSQL_TEST_URL'];
  return url === undefined || url === '' ? openOurs(options) : openReal(new URL(url));
}

/** Our server, or the test is skipped, saying why: a real server cannot be told to fail. */
export function requireOurs(server: SuiteServer, context: TestContext): TestMssql {
  if (!server.ours) context.skip('needs the test server: a real one takes no orders');
  return server.ours as TestMssql;
}

async function openOurs(options: TestMssqlOptions): Promise<SuiteServer> {
  const ours = await startMssql(options);
  const local = join(ours.folder, 'staging');
  await mkdir(local);
  const { host, port, user, password, sql, connect } = ours;
  return {
    host,
    port,
    user,
    password,
    sql,
    connect,
    ours,
    // A server of ours names folders as we do, unless it is told otherwise.
    staging: { server: options.host === 'Windows' ? ours.state.backupPath : local, local },
    name: (word) => word,
    [Symbol.asyncDispose]: () => ours[Symbol.asyncDispose](),
  };
}

function openReal(url: URL): SuiteServer {
  const place = {
    host: url.hostname,
    port: Number(url.port || 1433),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
  const run = randomBytes(4).toString('hex');
  const connect: TestServer['connect'] = (change) =>
    connectTo(place, { encrypt: true, trustServerCertificate: true }, change);
  const sql: TestServer['sql'] = (batches, database) => runOn(connect, batches, database);
  const staging = { server: requiredPart(url, 'staging_server'), local: requiredPart(url, 'staging_local') };
  return {
    ...place,
    ours: undefined,
    sql,
    connect,
    staging,
    name: (word) => `lb_test_${run}_${word}`,
    async [Symbol.asyncDispose]() {
      await dropAll(sql, `lb_test_${run}_`);
      for (const file of await readdir(staging.local)) {
        if (file.startsWith(`lb_test_${run}_`)) await rm(join(staging.local, file));
      }
    },
  };
}

function requiredPart(url: URL, name: string): string {
  const value = url.searchParams.get(name);
  if (!value) throw new Error(`MSSQL_TEST_URL needs ${name}: docs/operations.md says how`);
  return value;
}

/** Databases and logins that a suite left behind, as far as their names begin so. */
async function dropAll(sql: TestServer['sql'], prefix: string): Promise<void> {
  const begins = (row: Record<string, unknown>): boolean => String(row['name']).startsWith(prefix);
  const quoted = (row: Record<string, unknown>): string => `[${String(row['name']).replaceAll(']', ']]')}]`;
  for (const row of (await sql('SELECT name, state_desc FROM sys.databases')).filter(begins)) {
    const alone = `ALTER DATABASE ${quoted(row)} SET SINGLE_USER WITH ROLLBACK IMMEDIATE; `;
    await sql(`${row['state_desc'] === 'ONLINE' ? alone : ''}DROP DATABASE ${quoted(row)}`);
  }
  for (const row of (await sql('SELECT name FROM sys.sql_logins')).filter(begins)) {
    await sql(`DROP LOGIN ${quoted(row)}`);
  }
}
