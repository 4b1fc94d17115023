import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';
import { fillOne, fillSmall, randomBlock } from './bench-folders.ts';
import { type BenchSystem, benchSystem } from './bench-system.ts';
import { BENCH_DATABASE, fillMariadb } from './fill-mariadb.ts';
import type { MeasuredRun } from './measured-run.ts';
import { printTable } from './print-table.ts';
import { type Look, leftBehind, type StoppedRun, stopRun } from './stop-run.ts';

interface Options {
  mb: number;
  files: number;
  /** Which of `mariadb`, `sqlite`, `small`, `large`. */
  systems: readonly string[];
  signal: AbortSignal;
}

/** A moment to stop at, and what makes the system slow meanwhile. */
interface Moment {
  name: string;
  at: (look: Look, whole: Whole) => boolean;
  /** Before the run; what it resolves with is called after it. */
  prepare?: () => Promise<() => Promise<unknown>>;
  onStop?: () => Promise<void>;
  /** After the run, before what it left behind is looked for. */
  after?: () => Promise<void>;
}

/** A run that nobody stopped. */
interface Whole {
  bytes: number;
  seconds: (stage: string) => number;
}

const FREEZING = 'fixing the point in time';
const WRITING = 'writing';
const VERIFYING = 'verifying';

/**
 * FD-04: SIGTERM to `lifeboat backup` in every stage of a backup of about a gigabyte, of each kind: how long until
 * it says how it ended, until its process is gone, and what it left behind.
 */
export async function benchStop(o: Options): Promise<void> {
  const systems: Record<string, () => Promise<string[][]>> = {
    mariadb: () => stopMariadb(o),
    sqlite: () => stopSqlite(o),
    small: () => stopFolder(`${o.files.toLocaleString('en')} small files`, o, (to) => fillSmall(to, o.files)),
    large: () => stopFolder(`one file of ${o.mb} MiB`, o, (to) => fillOne(to, o.mb, randomBlock)),
  };
  const rows: string[][] = [];
  for (const name of o.systems) rows.push(...((await systems[name]?.()) ?? []));
  console.log('\n## Stop');
  printTable(
    [
      'system',
      'stopped while',
      'archive by then',
      'says how it ended',
      'process gone',
      'outcome',
      'left behind',
    ],
    rows,
  );
  console.log(`Removing a file of 1 GiB takes this disk ${(await secondsToRemove()).toFixed(1)} s.`);
}

/** How fast a stopped run can be at best: what it wrote has to go. */
async function secondsToRemove(): Promise<number> {
  await using folder = await temporaryFolder();
  await fillOne(folder.path, 1024, randomBlock);
  const file = await open(folder.file('large.dat'), 'r+');
  await file.sync();
  await file.close();
  const began = performance.now();
  await rm(folder.file('large.dat'));
  return (performance.now() - began) / 1000;
}

async function stopMariadb(o: Options): Promise<string[][]> {
  await using server = await startMariadb({
    conf: ['innodb_buffer_pool_size=2G', 'innodb_log_file_size=1G'],
  });
  await fillMariadb(server, o.mb);
  await using system = await benchSystem({
    sections: {},
    backup: ['keep = 1'],
    mariadb: { server, databases: [BENCH_DATABASE] },
    signal: o.signal,
  });
  const halt = async () => {
    server.pause();
    await sleep(300);
  };
  const resume = async () => server.resume();
  return await stopAtAll(
    `MariaDB, ${o.mb} MiB of rows`,
    system,
    o.signal,
    [
      { name: 'fixing the point in time', at: ({ stage }) => stage === FREEZING },
      {
        name: 'waiting for a lock of the server',
        prepare: () => lockTable(server),
        at: ({ stage, since }) => stage === FREEZING && since > 1000,
      },
      { name: 'reading rows', at: writtenTo(0.1) },
      { name: 'reading rows, half of them', at: writtenTo(0.5) },
      { name: 'reading rows, server stands still', at: writtenTo(0.3), onStop: halt, after: resume },
      ...lastMoments(),
    ],
    () => sessionsOf(server),
  );
}

async function stopSqlite(o: Options): Promise<string[][]> {
  await using system = await benchSystem({
    sections: { 'sqlite data': ['path = data.db'] },
    backup: ['keep = 1'],
    signal: o.signal,
  });
  const bytes = fillSqlite(join(system.root, 'data.db'), o.mb);
  return await stopAtAll(`SQLite, ${o.mb} MiB`, system, o.signal, [
    { name: 'copying', at: ({ copies }) => copies > bytes / 2 },
    {
      name: 'copied, on its way to the disk',
      at: ({ copies, stage }) => copies >= bytes && stage === FREEZING,
    },
    { name: 'compressing and checking', at: writtenTo(0.3) },
    {
      name: 'still checking',
      at: ({ draft, stage }, whole) => stage === WRITING && draft > whole.bytes * 0.97,
    },
    ...lastMoments(),
  ]);
}

async function stopFolder(
  name: string,
  o: Options,
  fill: (folder: string) => Promise<void> | void,
): Promise<string[][]> {
  await using system = await benchSystem({
    sections: { 'folder data': ['path = data'] },
    backup: ['keep = 1'],
    signal: o.signal,
  });
  await mkdir(join(system.root, 'data'));
  await fill(join(system.root, 'data'));
  return await stopAtAll(name, system, o.signal, [
    {
      name: 'counting',
      at: ({ stage, since }, whole) => stage === FREEZING && since > 500 * whole.seconds(FREEZING),
    },
    { name: 'reading', at: writtenTo(0.1) },
    { name: 'reading, half of it', at: writtenTo(0.5) },
    ...lastMoments(),
  ]);
}

const writtenTo =
  (share: number): Moment['at'] =>
  ({ draft, stage }, { bytes }) =>
    stage === WRITING && draft > bytes * share;

/** The same for each kind of source. */
function lastMoments(): Moment[] {
  return [
    {
      name: 'sealing, fsync',
      at: ({ stage, draft }, whole) => stage === WRITING && draft >= whole.bytes - 400,
    },
    {
      name: 'reading back',
      at: ({ stage, since }, whole) => stage === VERIFYING && since > 300 * whole.seconds(VERIFYING),
    },
    { name: 'removing the older archive', at: ({ archives }) => archives > 1 },
  ];
}

async function stopAtAll(
  name: string,
  system: BenchSystem,
  signal: AbortSignal,
  moments: readonly Moment[],
  alsoLeft: () => Promise<string[]> = async () => [],
): Promise<string[][]> {
  const rows: string[][] = [];
  const whole = wholeOf(await system.backup());
  for (const moment of moments) {
    const undo = await moment.prepare?.();
    const run = await stopRun(system, {
      moment: (look) => moment.at(look, whole),
      ...(moment.onStop && { onStop: moment.onStop }),
      signal,
    });
    await moment.after?.();
    await undo?.();
    const left = [...(await leftBehind(system)), ...(await alsoLeft())];
    rows.push([name, moment.name, ...(run ? shown(run, left) : ['the run had ended before'])]);
    console.log(rows.at(-1)?.join(' | '));
    const archives = (await readdir(system.backups)).filter((entry) => entry.endsWith('.zip'));
    if (archives.length !== 1) await system.backup();
  }
  return rows;
}

function wholeOf({ bytes, stages }: MeasuredRun & { bytes: number }): Whole {
  return { bytes, seconds: (stage) => stages.find(({ name }) => name === stage)?.seconds ?? 0 };
}

function shown({ at, told, gone, status, outcome }: StoppedRun, left: readonly string[]): string[] {
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;
  return [
    `${Math.round(at.draft / 2 ** 20)} MiB`,
    seconds(told),
    seconds(gone),
    `${outcome} (${status})`,
    left.length === 0 ? 'nothing' : left.join(', '),
  ];
}

/** Rows of a door's log, most of them text, with two indexes. */
function fillSqlite(path: string, mebibytes: number): number {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
  database.exec('CREATE TABLE event (id INTEGER PRIMARY KEY, at TEXT, text TEXT, picture BLOB)');
  database.exec('CREATE INDEX by_time ON event (at); CREATE INDEX by_text ON event (text)');
  const insert =
    database.prepare(`WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number LIMIT 40000)
    INSERT INTO event (at, text, picture) SELECT datetime('2020-01-01', (n * 7919 % 1000003) || ' seconds'),
      'door ' || (n % 900) || ' was opened by person ' || hex(randomblob(8)) ||
      ' with card ' || (n * 7919) || '; the alarm was off, the lamp was on, and nobody else was seen on any camera', randomblob(60) FROM number`);
  const size = () =>
    Number(
      database
        .prepare('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size')
        .get()?.['bytes'],
    );
  while (size() < mebibytes * 2 ** 20) insert.run();
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const bytes = size();
  database.close();
  return bytes;
}

async function lockTable(server: TestMariadb): Promise<() => Promise<void>> {
  const connection = await server.connect({ database: BENCH_DATABASE });
  await connection.query('LOCK TABLES texts WRITE');
  return () => connection.end();
}

/** Sessions that a stopped run left on the server, a second after it. */
async function sessionsOf(server: TestMariadb): Promise<string[]> {
  await sleep(500);
  const rows = await server.sql(
    "SELECT ID, INFO FROM information_schema.PROCESSLIST WHERE USER = 'root' AND ID <> CONNECTION_ID()",
  );
  return rows.map(({ ID, INFO }) => `session ${ID}: ${INFO}`);
}
