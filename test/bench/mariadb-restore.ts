import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { backupToFolder } from '../engines/mariadb/backup-to-folder.ts';
import { restoreOf } from '../engines/mariadb/restore-databases.ts';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';

/**
 * Restores about a gigabyte of rows with Lifeboat (staged, read back, switched over) and with
 * `mariadb < dump.sql`, in one run on one machine: node test/bench/mariadb-restore.ts [megabytes]
 */
const megabytes = Number(process.argv[2] ?? 1000);
const CONF = ['innodb_buffer_pool_size=1G', 'innodb_log_file_size=512M', 'innodb_flush_method=O_DIRECT'];

await using source = await startMariadb({ conf: CONF });
await fill(source, megabytes);
await using backup = await backupToFolder(source, ['bench']);
const text = backup.records.reduce((sum, record) => sum + record.bytes, 0);
console.log(`${(text / 1e6).toFixed(0)} MB of row text in ${backup.records[0]?.items} tables`);
const dump = `${backup.folder}/dump.sql`;
await dumpTo(source, dump);
console.log(`dump.sql: ${((await stat(dump)).size / 1e6).toFixed(0)} MB`);
await source.sql('SHUTDOWN');

const own = await lifeboat();
const theirs = await mariadbClient();
console.log(`mariadb < dump.sql is ${(theirs / own).toFixed(2)} x as long`);

async function lifeboat(): Promise<number> {
  await using server = await startMariadb({ conf: CONF });
  await using restore = await restoreOf(backup, server);
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 50);
  const times: string[] = [];
  const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    times.push(`${what} ${((performance.now() - start) / 1000).toFixed(1)} s`);
    return result;
  };
  const start = performance.now();
  const signal = new AbortController().signal;
  await timed('stage', async () => {
    for (const record of backup.records) {
      await restore.target.stage(record, backup.archive, { signal, onBytes: () => undefined });
    }
  });
  await timed('check', () => restore.target.check(signal));
  await timed('switch over', () => restore.switchOver());
  const seconds = (performance.now() - start) / 1000;
  clearInterval(watch);
  console.log(
    `lifeboat: ${seconds.toFixed(1)} s (${times.join(', ')}), peak ${(peak / (1 << 20)).toFixed(0)} MiB`,
  );
  return seconds;
}

async function mariadbClient(): Promise<number> {
  await using server = await startMariadb({ conf: CONF });
  const start = performance.now();
  const client = spawn('mariadb', [`--defaults-file=${server.clientConf}`], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => client.once('exit', resolve));
  await pipeline(createReadStream(dump), client.stdin);
  const status = await ended;
  if (status !== 0) throw new Error(`mariadb ended with status ${status}`);
  const seconds = (performance.now() - start) / 1000;
  console.log(`mariadb < dump.sql: ${seconds.toFixed(1)} s`);
  return seconds;
}

async function dumpTo(server: TestMariadb, path: string): Promise<void> {
  const client = spawn(
    'mariadb-dump',
    [`--defaults-file=${server.clientConf}`, '--single-transaction', '--hex-blob', '--databases', 'bench'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await pipeline(client.stdout, createWriteStream(path));
}

/** Events of a door system: rows of some 220 bytes with three secondary indexes; and pictures' thumbnails. */
async function fill(server: TestMariadb, size: number): Promise<void> {
  const rows = Math.round((size * 1e6 * 0.85) / 230 / 4);
  await server.sql(['CREATE DATABASE bench']);
  for (let i = 1; i <= 4; i++) {
    await server.sql(
      [
        `CREATE TABLE events_${i} (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, at DATETIME(6) NOT NULL, user_id INT NOT NULL,
          door_id INT NOT NULL, code SMALLINT UNSIGNED NOT NULL, temperature FLOAT, name VARCHAR(60) NOT NULL, note TEXT, card VARBINARY(32),
          KEY by_time (at), KEY by_user (user_id, at), KEY by_name (name, door_id))`,
        `INSERT INTO events_${i} SELECT seq, '2020-01-01' + INTERVAL seq * 37 SECOND, seq * 7919 % 50000, seq % 900, seq % 300,
          36 + (seq % 40) / 10, CONCAT('person ', MD5(seq % 50000)), CONCAT('note ', MD5(seq), SHA1(seq), MD5(seq + 1)), UNHEX(SHA1(seq))
          FROM seq_1_to_${rows}`,
      ],
      'bench',
    );
  }
  await server.sql(
    [
      'CREATE TABLE thumbnails (id INT PRIMARY KEY, picture MEDIUMBLOB)',
      `INSERT INTO thumbnails SELECT seq, REPEAT(UNHEX(SHA2(seq, 512)), 150) FROM seq_1_to_${Math.round((size * 1e6 * 0.15) / 10_000)}`,
    ],
    'bench',
  );
}
