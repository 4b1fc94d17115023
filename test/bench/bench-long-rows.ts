import { randomFillSync } from 'node:crypto';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { benchSystem } from './bench-system.ts';
import { megabytes, printTable, seconds } from './print-table.ts';

/** A row may be as long as the server lets a packet be; a redo log takes values up to a tenth of its size. */
const CONF = ['max_allowed_packet=64M', 'innodb_buffer_pool_size=1G', 'innodb_log_file_size=1G'];
const ROW_MIB = 60;

/** Peak memory with one row of 60 MiB that nothing can compress, and with many. */
export async function benchLongRows(o: { longRows: number; signal: AbortSignal }): Promise<void> {
  await using source = await startMariadb({ conf: CONF });
  await source.sql('CREATE DATABASE bench');
  await source.sql('CREATE TABLE scans (id INT PRIMARY KEY, scan LONGBLOB)', 'bench');
  const rows: string[][] = [];
  await insertOne(source);
  rows.push(await measureRows(source, 1, o.signal));
  if (o.longRows > 1) {
    await source.sql(`INSERT INTO scans SELECT seq, scan FROM scans, seq_2_to_${o.longRows}`, 'bench');
    rows.push(await measureRows(source, o.longRows, o.signal));
  }
  console.log(`\n## Rows of ${ROW_MIB} MiB`);
  printTable(['rows', 'backup', 'peak memory', 'archive', 'restore', 'peak memory'], rows);
}

async function insertOne(server: TestMariadb): Promise<void> {
  const connection = await server.connect({ database: 'bench' });
  await connection.execute('INSERT INTO scans VALUES (1, ?)', [
    randomFillSync(Buffer.alloc(ROW_MIB * 2 ** 20)),
  ]);
  await connection.end();
}

async function measureRows(source: TestMariadb, count: number, signal: AbortSignal): Promise<string[]> {
  await using system = await benchSystem({
    sections: {},
    mariadb: { server: source, databases: ['bench'] },
    signal,
  });
  const backup = await system.backup();
  await using target = await startMariadb({ conf: CONF });
  const restore = await system.restore(backup.archive, target);
  return [
    String(count),
    seconds(backup.seconds),
    megabytes(backup.peakMemory),
    megabytes(backup.bytes),
    seconds(restore.seconds),
    megabytes(restore.peakMemory),
  ];
}
