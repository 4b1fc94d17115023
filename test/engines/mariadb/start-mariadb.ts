import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import mysql from 'mysql2/promise';

const run = promisify(execFile);

/** A real MariaDB of the test's own: temporary data folder, own socket, own port on 127.0.0.1. */
export interface TestMariadb extends AsyncDisposable {
  readonly port: number;
  readonly socket: string;
  readonly folder: string;
  /** `root`, by password over TCP. The account root@localhost signs in by socket only, as Debian makes it. */
  readonly user: string;
  readonly password: string;
  /** Runs statements one after the other on a fresh connection and resolves with the last one's rows. */
  sql(statements: string | string[], database?: string): Promise<Record<string, unknown>[]>;
  connect(options?: mysql.ConnectionOptions): Promise<mysql.Connection>;
  /** Path of a private client option file for `mariadb` and `mariadb-dump` (--defaults-file=). */
  readonly clientConf: string;
  /** Stops the server with SIGKILL, as a power cut would. */
  kill(): Promise<void>;
  /** Makes the server stand still, connections open, as an overloaded machine would; and go on. */
  pause(): void;
  resume(): void;
  /** Starts it again on the same data. */
  restart(): Promise<void>;
}

export interface TestMariadbOptions {
  /** Lines for the [mariadbd] section. */
  conf?: string[];
}

const ROOT_PASSWORD = `it's "root" $1`;

export async function startMariadb(options: TestMariadbOptions = {}): Promise<TestMariadb> {
  const folder = await mkdtemp(join(tmpdir(), 'lb-maria-'));
  const port = await freePort();
  const socket = join(folder, 's.sock');
  const asRoot = process.getuid?.() === 0;
  await writeFile(join(folder, 'init.sql'), initStatements());
  const confFile = join(folder, 'server.cnf');
  await writeFile(confFile, serverConf({ folder, port, socket, asRoot, extra: options.conf ?? [] }));
  await mkdir(join(folder, 'tmp'));
  if (asRoot) await giveToMysql(folder);
  await run(
    'mariadb-install-db',
    [
      `--defaults-file=${confFile}`,
      '--auth-root-authentication-method=socket',
      '--auth-root-socket-user=root',
      '--skip-test-db',
      ...(asRoot ? ['--user=mysql'] : []),
    ],
    { maxBuffer: 1 << 24 },
  );

  let server = spawnServer(confFile, asRoot);
  await waitUntilUp(server, port);
  const clientConf = join(folder, 'client.cnf');
  await writeFile(
    clientConf,
    `[client]\nhost=127.0.0.1\nport=${port}\nuser=root\npassword="${ROOT_PASSWORD.replaceAll('"', '\\"')}"\n`,
    { mode: 0o600 },
  );

  const connect = (extra: mysql.ConnectionOptions = {}): Promise<mysql.Connection> =>
    mysql.createConnection({
      host: '127.0.0.1',
      port,
      user: 'root',
      password: ROOT_PASSWORD,
      supportBigNumbers: true,
      bigNumberStrings: true,
      dateStrings: true,
      ...extra,
    });

  return {
    port,
    socket,
    folder,
    user: 'root',
    password: ROOT_PASSWORD,
    clientConf,
    connect,
    async sql(statements, database) {
      const connection = await connect(database === undefined ? {} : { database });
      try {
        let rows: unknown = [];
        for (const statement of Array.isArray(statements) ? statements : [statements]) {
          [rows] = await connection.query(statement);
        }
        return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
      } finally {
        await connection.end();
      }
    },
    kill: () => stop(server, 'SIGKILL'),
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    async restart() {
      await stop(server, 'SIGTERM');
      server = spawnServer(confFile, asRoot);
      await waitUntilUp(server, port);
    },
    async [Symbol.asyncDispose]() {
      await stop(server, 'SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function initStatements(): string {
  const password = ROOT_PASSWORD.replaceAll("'", "''");
  return [
    `CREATE USER IF NOT EXISTS 'root'@'127.0.0.1' IDENTIFIED BY '${password}';`,
    `GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;`,
    '',
  ].join('\n');
}

function serverConf(o: {
  folder: string;
  port: number;
  socket: string;
  asRoot: boolean;
  extra: string[];
}): string {
  return [
    '[mariadbd]',
    `datadir=${join(o.folder, 'data')}`,
    // A server that starts removes the temporary tables of others that share its folder for them.
    `tmpdir=${join(o.folder, 'tmp')}`,
    `socket=${o.socket}`,
    `port=${o.port}`,
    `pid-file=${join(o.folder, 'pid')}`,
    `init-file=${join(o.folder, 'init.sql')}`,
    `log-error=${join(o.folder, 'error.log')}`,
    'bind-address=127.0.0.1',
    'skip-name-resolve',
    'innodb_flush_log_at_trx_commit=2',
    'innodb_buffer_pool_size=128M',
    'max_allowed_packet=64M',
    'local_infile=1',
    ...(o.asRoot ? ['user=mysql'] : []),
    ...o.extra,
    '',
  ].join('\n');
}

async function giveToMysql(folder: string): Promise<void> {
  const uid = Number((await run('id', ['-u', 'mysql'])).stdout);
  const gid = Number((await run('id', ['-g', 'mysql'])).stdout);
  await chown(folder, uid, gid);
  await chown(join(folder, 'tmp'), uid, gid);
}

function spawnServer(confFile: string, asRoot: boolean): ChildProcess {
  return spawn('mariadbd', [`--defaults-file=${confFile}`, ...(asRoot ? ['--user=mysql'] : [])], {
    stdio: 'ignore',
  });
}

async function waitUntilUp(server: ChildProcess, port: number): Promise<void> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    if (server.exitCode !== null) throw new Error(`mariadbd ended with status ${server.exitCode}`);
    try {
      const connection = await mysql.createConnection({
        host: '127.0.0.1',
        port,
        user: 'root',
        password: ROOT_PASSWORD,
      });
      await connection.end();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** A server that was asked to end and has not after so long, in milliseconds, is killed: its own shutdown hangs at times. */
const SHUTDOWN_MS = 30_000;

async function stop(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill(signal);
  const late = setTimeout(() => void server.kill('SIGKILL'), SHUTDOWN_MS);
  await ended;
  clearTimeout(late);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
