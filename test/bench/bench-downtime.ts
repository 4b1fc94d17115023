import { switchedMariadb } from '#sources/mariadb/target/switch/switched-mariadb.ts';
import type { SwitchRecord } from '#sources/restore-target.ts';
import { backupToFolder, type FolderBackup, serverOf } from '../engines/mariadb/backup-to-folder.ts';
import { restoreOf, type TestRestore } from '../engines/mariadb/restore-databases.ts';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { printTable } from './print-table.ts';

/** A server as an administrator would set it up for a gigabyte of rows. */
const CONF = ['innodb_buffer_pool_size=2G', 'innodb_log_file_size=1G', 'innodb_flush_method=O_DIRECT'];
const DATABASE = 'system';
const MIB = 2 ** 20;
const ROW = 1_000;

/**
 * How long a system of so many tables and MiB is away while it is switched over to a restored one, and while that is
 * undone: the RENAME alone, and from the first change of what is live to the last.
 */
export async function benchDowntime(o: {
  tables: readonly number[];
  mb: readonly number[];
  runs: number;
  signal: AbortSignal;
}): Promise<void> {
  const rows: string[][] = [];
  for (const tables of o.tables) {
    for (const mb of o.mb) rows.push(await oneSystem(tables, mb, o));
  }
  console.log(`\n## Downtime of a switch-over, seconds: each of ${o.runs} runs, the shortest first`);
  printTable(
    [
      'tables',
      'rows',
      'views, triggers, routines, events',
      'RENAME',
      'first change to last',
      'undo',
      'its RENAME',
    ],
    rows,
  );
}

interface Times {
  rename: number;
  whole: number;
  undo: number;
  undoRename: number;
}

async function oneSystem(
  tables: number,
  mb: number,
  { runs, signal }: { runs: number; signal: AbortSignal },
): Promise<string[]> {
  await using server = await startMariadb({ conf: CONF });
  const objects = await fill(server, tables, mb);
  await using backup = await backupToFolder(server, [DATABASE]);
  const times: Times[] = [];
  for (let run = 0; run < runs; run += 1) {
    signal.throwIfAborted();
    times.push(await oneRun(server, backup));
  }
  const all = (name: keyof Times) => times.map((time) => time[name]).sort((a, b) => a - b);
  const shown = (['rename', 'whole', 'undo', 'undoRename'] as const).map((name) =>
    all(name)
      .map((seconds) => seconds.toFixed(2))
      .join(' · '),
  );
  return [tables.toLocaleString('en'), `${mb} MiB`, String(objects), ...shown];
}

async function oneRun(server: TestMariadb, backup: FolderBackup): Promise<Times> {
  await using restore = await restoreOf(backup, server);
  await restore.prepare();
  const { signal } = new AbortController();
  const record = await restore.target.prepare(signal);
  const steps = timedLog();
  await restore.target.switchOver(steps.log, signal);
  const undone = await undo(server, restore, record, signal);
  return {
    rename: steps.between(/^rename: /, /^tables are in their place/),
    whole: steps.between(/^take triggers/, /^all is in its place/),
    ...undone,
  };
}

async function undo(
  server: TestMariadb,
  restore: TestRestore,
  record: SwitchRecord,
  signal: AbortSignal,
): Promise<Pick<Times, 'undo' | 'undoRename'>> {
  const target = switchedMariadb(record, { server: serverOf(server), stateFolder: restore.stateFolder });
  await server.sql([
    'SET GLOBAL slow_query_log = 1',
    'SET GLOBAL long_query_time = 0',
    "SET GLOBAL log_output = 'TABLE'",
  ]);
  await server.sql([
    'SET GLOBAL slow_query_log = 0',
    'TRUNCATE mysql.slow_log',
    'SET GLOBAL slow_query_log = 1',
  ]);
  const began = performance.now();
  await target.goBack(timedLog().log, signal);
  const seconds = (performance.now() - began) / 1000;
  await server.sql(['SET GLOBAL slow_query_log = 0', 'SET GLOBAL long_query_time = 10']);
  const [row] = await server.sql(
    "SELECT MAX(TIME_TO_SEC(query_time)) AS seconds FROM mysql.slow_log WHERE sql_text LIKE 'RENAME TABLE%'",
  );
  await target.forget(signal);
  return { undo: seconds, undoRename: Number(row?.['seconds'] ?? Number.NaN) };
}

/** A restore log that remembers when it was told what. */
function timedLog(): {
  log: TestRestore['restoreLog'];
  between: (from: RegExp, to: RegExp) => number;
} {
  const lines: { text: string; at: number }[] = [];
  const add = async (text: string): Promise<void> => void lines.push({ text, at: performance.now() });
  const at = (line: RegExp): number => lines.find(({ text }) => line.test(text))?.at ?? Number.NaN;
  return {
    log: { before: ({ what }) => add(what), done: add },
    between: (from, to) => (at(to) - at(from)) / 1000,
  };
}

/** Each table leads to the one before it; a tenth of them have a view, a trigger, a routine; resolves with their number. */
async function fill(server: TestMariadb, tables: number, mb: number): Promise<number> {
  const rows = Math.max(1, Math.round((mb * MIB) / tables / ROW));
  const numbers = Array.from({ length: tables }, (_, i) => i);
  const tenth = numbers.filter((i) => i % 10 === 0);
  await server.sql(`CREATE DATABASE ${DATABASE} CHARACTER SET utf8mb4`);
  await server.sql(
    [
      ...numbers.flatMap((i) => [
        `CREATE TABLE t_${i} (id INT PRIMARY KEY, up INT, body VARCHAR(1200), KEY (up)
          ${i === 0 ? '' : `, CONSTRAINT fk_${i} FOREIGN KEY (up) REFERENCES t_${i - 1} (id)`})`,
        `INSERT INTO t_${i} SELECT seq, NULL, REPEAT(MD5(seq), 31) FROM seq_1_to_${rows}`,
      ]),
      ...tenth.flatMap((i) => [
        `CREATE VIEW v_${i} AS SELECT id, up FROM t_${i}`,
        `CREATE TRIGGER b_${i} BEFORE INSERT ON t_${i} FOR EACH ROW SET NEW.up = NULL`,
        `CREATE PROCEDURE p_${i}() SELECT COUNT(*) FROM t_${i}`,
      ]),
      'CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO CALL p_0()',
    ],
    DATABASE,
  );
  return tenth.length * 3 + 1;
}
