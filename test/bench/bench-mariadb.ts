import { rm, stat } from 'node:fs/promises';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { type BenchSystem, benchSystem } from './bench-system.ts';
import { BENCH_DATABASE, fillMariadb } from './fill-mariadb.ts';
import { type MeasuredRun, measuredRun } from './measured-run.ts';
import { median, megabytes, printTable, seconds, timesAsFast } from './print-table.ts';

/** A server as an administrator would set it up for a gigabyte of rows. */
const CONF = ['innodb_buffer_pool_size=2G', 'innodb_log_file_size=1G', 'innodb_flush_method=O_DIRECT'];

/**
 * Backup, verify and restore of a MariaDB, beside `mariadb-dump --single-transaction --hex-blob | zstd -1`
 * and `mariadb < dump.sql` in the same run, by turns. Each restore goes to a server of its own, just made.
 */
export async function benchMariadb(o: { mb: number; runs: number; signal: AbortSignal }): Promise<void> {
  await using source = await startMariadb({ conf: CONF });
  await fillMariadb(source, o.mb);
  await using system = await benchSystem({
    sections: {},
    mariadb: { server: source, databases: [BENCH_DATABASE] },
    signal: o.signal,
  });
  const rounds: Round[] = [];
  for (let number = 1; number <= o.runs; number += 1) {
    const round = await oneRound(source, system, number % 2 === 1, o.signal);
    rounds.push(round);
  }
  console.log(`\n## MariaDB: ${await describeRows(source)}; medians of ${o.runs}`);
  printRounds(rounds);
}

interface Round {
  /** Seconds. */
  times: Record<'backup' | 'written' | 'dump' | 'verify' | 'restore' | 'load', number>;
  peaks: Record<'backup' | 'verify' | 'restore', number>;
  stages: Record<'backup' | 'restore', MeasuredRun['stages']>;
  bytes: { archive: number; dump: number };
  lock: string;
}

/** What is measured first has a colder machine: it takes turns. */
async function oneRound(
  source: TestMariadb,
  system: BenchSystem,
  ownFirst: boolean,
  signal: AbortSignal,
): Promise<Round> {
  const dumpPath = system.file('dump.sql.zst');
  const dumping = () => dump(source, dumpPath, signal);
  const dumpedBefore = ownFirst ? undefined : await dumping();
  const backup = await system.backup();
  const dumped = dumpedBefore ?? (await dumping());
  const verify = await system.verify();

  const sqlPath = system.file('dump.sql');
  await measuredRun('zstd', ['-dqf', dumpPath, '-o', sqlPath], signal);
  const loading = () => onFreshServer((server) => load(server, sqlPath, signal));
  const loadedBefore = ownFirst ? undefined : await loading();
  const restore = await onFreshServer((server) => system.restore(backup.archive, server));
  const loaded = loadedBefore ?? (await loading());
  const bytes = { archive: backup.bytes, dump: (await stat(dumpPath)).size };
  await rm(sqlPath);
  await rm(dumpPath);
  return {
    times: {
      backup: backup.seconds,
      written: backup.seconds - (backup.stages.find(({ name }) => name === 'verifying')?.seconds ?? 0),
      dump: dumped.seconds,
      verify: verify.seconds,
      restore: restore.seconds,
      load: loaded.seconds,
    },
    peaks: { backup: backup.peakMemory, verify: verify.peakMemory, restore: restore.peakMemory },
    stages: { backup: backup.stages, restore: restore.stages },
    bytes,
    lock: /snapshot lock waited .*?held [\d.]+ ms/.exec(backup.stdout)?.[0] ?? '',
  };
}

function dump(server: TestMariadb, path: string, signal: AbortSignal): Promise<MeasuredRun> {
  const command =
    'mariadb-dump --defaults-file="$1" --single-transaction --hex-blob --databases "$2" | zstd -1 -qf -o "$3"';
  const args = ['-o', 'pipefail', '-c', command, 'bash', server.clientConf, BENCH_DATABASE, path];
  return measuredRun('bash', args, signal);
}

function load(server: TestMariadb, path: string, signal: AbortSignal): Promise<MeasuredRun> {
  const args = ['-c', 'mariadb --defaults-file="$1" < "$2"', 'bash', server.clientConf, path];
  return measuredRun('bash', args, signal);
}

async function onFreshServer<T>(action: (server: TestMariadb) => Promise<T>): Promise<T> {
  await using server = await startMariadb({ conf: CONF });
  return await action(server);
}

async function describeRows(server: TestMariadb): Promise<string> {
  await server.sql('ANALYZE TABLE events, texts, pictures, readings', BENCH_DATABASE);
  const [sum] = await server.sql(
    `SELECT COUNT(*) AS tables, SUM(TABLE_ROWS) AS total, SUM(DATA_LENGTH) AS data, SUM(INDEX_LENGTH) AS indexes
      FROM information_schema.TABLES WHERE TABLE_SCHEMA = '${BENCH_DATABASE}'`,
  );
  const millions = (Number(sum?.total) / 1e6).toFixed(1);
  return `${sum?.tables} tables, ${millions} million rows, ${megabytes(Number(sum?.data))} of data and ${megabytes(Number(sum?.indexes))} of indexes in InnoDB`;
}

function printRounds(rounds: readonly Round[]): void {
  const time = (name: keyof Round['times']) => seconds(median(rounds.map(({ times }) => times[name])));
  const peak = (name: keyof Round['peaks']) => megabytes(Math.max(...rounds.map(({ peaks }) => peaks[name])));
  const ratio = (own: keyof Round['times'], other: keyof Round['times']) =>
    timesAsFast(median(rounds.map(({ times }) => times[other] / times[own])));
  const size = (name: keyof Round['bytes']) => megabytes(median(rounds.map(({ bytes }) => bytes[name])));
  const dumped = ['mariadb-dump \\| zstd -1', time('dump')];
  const loaded = ['mariadb < dump.sql', time('load')];
  const sizes = `${size('archive')} beside ${size('dump')}`;
  printTable(
    ['', 'time', 'beside it', 'time', 'as fast', 'peak memory', 'size'],
    [
      ['backup', time('backup'), ...dumped, ratio('backup', 'dump'), peak('backup'), sizes],
      ['of it until it is read back', time('written'), ...dumped, ratio('written', 'dump'), '', ''],
      ['verify', time('verify'), '', '', '', peak('verify'), ''],
      ['restore', time('restore'), ...loaded, ratio('restore', 'load'), peak('restore'), ''],
    ],
  );
  printDetails(rounds);
}

function printDetails(rounds: readonly Round[]): void {
  for (const program of ['backup', 'restore'] as const) {
    const stages = rounds.at(-1)?.stages[program] ?? [];
    const text = stages.map((stage) => `${stage.name} ${seconds(stage.seconds)}`).join(', ');
    console.log(`${program}, last run: ${text}`);
  }
  const each = rounds.map(
    ({ times }) => `${timesAsFast(times.dump / times.backup)} and ${timesAsFast(times.load / times.restore)}`,
  );
  console.log(`backup and restore, run by run: ${each.join(', ')}`);
  console.log(rounds.map(({ lock }) => lock).join('; '));
}
