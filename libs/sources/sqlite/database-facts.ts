import { once } from 'node:events';
import { stat, truncate } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { readHeader } from './read-header.ts';

/** What can be compared between a database and a copy of it. */
export interface DatabaseFacts {
  /**
   * The first line is `ok`, or else each line is a finding of damage. Lines that begin with `not checked` name
   * tables that only the application itself can check, since it brings a collation or function of its own.
   */
  integrity: string[];
  /** `wal`, or `delete` for every other one: those belong to a connection and are not in the file. */
  journalMode: 'wal' | 'delete';
  pageSize: number;
  pages: number;
  encoding: string;
  userVersion: number;
  applicationId: number;
  /** Tables in the order of their names, virtual ones left out; -1 rows: could not be counted. */
  tables: { name: string; rows: number }[];
}

const NOT_CHECKED = 'not checked';

/** The findings of damage among the lines of an integrity check; empty for a sound database. */
export function damageIn(integrity: readonly string[]): string[] {
  return integrity.filter((line) => line !== 'ok' && !line.startsWith(NOT_CHECKED));
}

/** The lines that tell what could not be checked. */
export function uncheckedIn(integrity: readonly string[]): string[] {
  return integrity.filter((line) => line.startsWith(NOT_CHECKED));
}

/**
 * Checks a copy of a database that nobody else knows, and counts its rows, in a thread of its own: both take
 * seconds for each GB, a minute where indexes lie badly. Whatever is wrong with the database is a finding. The
 * copy and its folder are not changed, not even by a -wal. An abort makes the copy empty and rejects at once.
 */
export async function databaseFacts(copy: string, signal: AbortSignal): Promise<DatabaseFacts> {
  signal.throwIfAborted();
  const header = await readHeader(copy);
  const { size } = await stat(copy);
  const { integrity, tables } = await readContents(copy, signal);
  const pageSize = header?.pageSize ?? 0;
  return {
    integrity,
    journalMode: header?.wal ? 'wal' : 'delete',
    pageSize,
    pages: pageSize === 0 ? 0 : Math.floor(size / pageSize),
    encoding: header?.encoding ?? '',
    userVersion: header?.userVersion ?? 0,
    applicationId: header?.applicationId ?? 0,
    tables,
  };
}

type Contents = Pick<DatabaseFacts, 'integrity' | 'tables'>;

/**
 * node:sqlite has no way to interrupt a check, and a thread ends only after the call that it is in. With nothing
 * left to read SQLite ends the check by itself, on every system and at once.
 */
async function readContents(copy: string, signal: AbortSignal): Promise<Contents> {
  const url = pathToFileURL(copy);
  url.searchParams.set('immutable', '1');
  const worker = new Worker(`(${readInWorker})()`, {
    eval: true,
    workerData: { url: url.href, NOT_CHECKED },
  });
  try {
    const [contents] = await once(worker, 'message', { signal });
    return contents as Contents;
  } catch (error) {
    if (signal.aborted) await truncate(copy);
    signal.throwIfAborted();
    throw error;
  } finally {
    await worker.terminate();
  }
}

/**
 * The worker's whole program: its text is what runs there, in single executables too, so it may use nothing
 * from outside itself.
 */
function readInWorker(): void {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  const { url, NOT_CHECKED } = workerData as { url: string; NOT_CHECKED: string };
  const MOST_FINDINGS = 10;
  const SQLITE_ERROR = 1;

  const database = new DatabaseSync(new URL(url), { readOnly: true });
  const names = attempt(listTables);
  const integrity = 'failed' in names ? [names.failed] : checkIntegrity(names.value);
  const tables = 'failed' in names ? [] : names.value.map((name) => ({ name, rows: countRows(name) }));
  database.close();
  parentPort?.postMessage({ integrity, tables });

  function listTables(): string[] {
    const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name";
    return database
      .prepare(sql)
      .all()
      .map((row) => String(row['name']));
  }

  function checkIntegrity(tableNames: string[]): string[] {
    const whole = attempt(() => runCheck(''));
    if ('value' in whole) return whole.value;
    if (!whole.unknown) return [whole.failed];
    // One table that needs a collation or function of the application hides all others.
    const lines = tableNames.flatMap((name) => {
      const one = attempt(() => runCheck(`(${quoted(name)})`));
      if ('value' in one) return one.value.filter((line) => line !== 'ok');
      return [one.unknown ? `${NOT_CHECKED}: table ${name}: ${one.failed}` : one.failed];
    });
    const sound = lines.every((line) => line.startsWith(NOT_CHECKED));
    return sound ? ['ok', ...lines] : lines;
  }

  function runCheck(ofTable: string): string[] {
    return database
      .prepare(`PRAGMA integrity_check${ofTable}`)
      .all()
      .slice(0, MOST_FINDINGS)
      .map((row) => String(Object.values(row)[0]));
  }

  function countRows(name: string): number {
    const counted = attempt(() => database.prepare(`SELECT count(*) AS rows FROM ${quoted(name)}`).get());
    // Why it cannot be read stands among the findings of the check.
    return 'failed' in counted ? -1 : Number(counted.value?.['rows']);
  }

  function quoted(name: string): string {
    return `"${name.replaceAll('"', '""')}"`;
  }

  /** `unknown`: SQLite misses a collation, function or module, which is no damage. */
  function attempt<Value>(action: () => Value): { value: Value } | { failed: string; unknown: boolean } {
    try {
      return { value: action() };
    } catch (error) {
      const { message, errcode } = error as Error & { errcode?: number };
      if (errcode === undefined) throw error;
      return { failed: message, unknown: (errcode & 0xff) === SQLITE_ERROR };
    }
  }
}
