import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createArchive } from '#archive/write-archive.ts';
import { systemClock } from '#platform/clock.ts';
import { mariadbSource } from '#sources/mariadb/mariadb-source.ts';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';

/**
 * A backup of some GiB of rows beside `mariadb-dump --single-transaction --hex-blob | zstd -1` in the same
 * run: `node test/bench/mariadb-backup.ts [GiB] [rounds]`. Prints figures; asserts nothing.
 */
const gib = Number(process.argv[2] ?? 1);
const rounds = Number(process.argv[3] ?? 3);

await using server = await startMariadb({
  conf: ['innodb_buffer_pool_size=2G', 'innodb_log_file_size=512M', 'innodb_doublewrite=0'],
});
const folder = await mkdtemp(join(tmpdir(), 'lb-bench-'));
try {
  const bytes = await fill(server);
  console.log(`${(bytes / 2 ** 30).toFixed(2)} GiB of data as the server counts it`);
  for (let round = 1; round <= rounds; round++) {
    const ours = await lifeboat(join(folder, `lifeboat-${round}.zip`));
    const theirs = await mariadbDump(join(folder, `dump-${round}.sql.zst`));
    console.log(
      `round ${round}: lifeboat ${seconds(ours.ms)} (${size(ours.bytes)}, peak ${size(process.resourceUsage().maxRSS * 1024)}), ` +
        `mariadb-dump | zstd -1 ${seconds(theirs.ms)} (${size(theirs.bytes)}): ${(theirs.ms / ours.ms).toFixed(2)} times as fast`,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Half of it log lines, a quarter short rows of numbers, a quarter pictures. */
async function fill(db: TestMariadb): Promise<number> {
  const logRows = Math.round(gib * 2_400_000);
  const numberRows = Math.round(gib * 4_000_000);
  const pictures = Math.round(gib * 2_600);
  await db.sql(
    [
      `CREATE TABLE log (id BIGINT AUTO_INCREMENT PRIMARY KEY, at DATETIME(3), door INT, person VARCHAR(60), text VARCHAR(400), KEY (at), KEY (door))`,
      `INSERT INTO log (at, door, person, text) SELECT '2026-01-01' + INTERVAL seq * 37 SECOND, seq % 977,
         CONCAT('person ', MD5(seq % 5003)), CONCAT('Zutritt gewährt: ', SHA2(seq, 256), ' door\tside ', seq % 11, '\n', REPEAT(HEX(seq), 6))
         FROM seq_1_to_${logRows}`,
      `CREATE TABLE numbers (a INT PRIMARY KEY, b INT, c DOUBLE, d DECIMAL(12,3), e DATE, f TINYINT)`,
      `INSERT INTO numbers SELECT seq, seq * 7919 % 1000003, seq / 7, seq / 1000, '2020-01-01' + INTERVAL seq % 3000 DAY, seq % 5 FROM seq_1_to_${numberRows}`,
      `CREATE TABLE pictures (id INT PRIMARY KEY, taken DATETIME, picture MEDIUMBLOB)`,
      `INSERT INTO pictures SELECT seq, NOW(), REPEAT(RANDOM_BYTES(1024), 100) FROM seq_1_to_${pictures}`,
      `ANALYZE TABLE log, numbers, pictures`,
    ],
    await createDatabase(db),
  );
  const [row] = await db.sql(
    `SELECT SUM(DATA_LENGTH) AS bytes FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'bench'`,
  );
  return Number(row?.bytes);
}

async function createDatabase(db: TestMariadb): Promise<string> {
  await db.sql('CREATE DATABASE bench CHARACTER SET utf8mb4');
  return 'bench';
}

async function lifeboat(path: string): Promise<{ ms: number; bytes: number }> {
  const signal = new AbortController().signal;
  const began = performance.now();
  const source = mariadbSource({
    name: 'main',
    server: {
      address: { host: '127.0.0.1', port: server.port },
      user: server.user,
      password: async () => server.password,
    },
    databases: ['bench'],
    importance: 'normal',
    exact: 'snapshot',
    clock: systemClock(),
  });
  await using archive = await createArchive(path, { mtime: new Date(), signal });
  await archive.add('RESTORE.txt', Buffer.from('bench'), { signal });
  await using view = await source.freeze(signal);
  for (const component of view.components) {
    await component.writeTo(archive, { signal, compression: 'Fast', onBytes: () => undefined });
  }
  const ms = performance.now() - began;
  return { ms, bytes: (await stat(path)).size };
}

async function mariadbDump(path: string): Promise<{ ms: number; bytes: number }> {
  const began = performance.now();
  const command =
    'mariadb-dump --defaults-file="$1" --single-transaction --hex-blob bench | zstd -1 -q -o "$2"';
  const shell = spawn('bash', ['-o', 'pipefail', '-c', command, 'bash', server.clientConf, path], {
    stdio: 'inherit',
  });
  const [status] = await once(shell, 'exit');
  if (status !== 0) throw new Error(`mariadb-dump ended with status ${status}`);
  return { ms: performance.now() - began, bytes: (await stat(path)).size };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function size(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
