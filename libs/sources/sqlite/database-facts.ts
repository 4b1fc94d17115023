import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { sqliteError } from './sqlite-error.ts';

/** What can be compared between a database and a copy of it. */
export interface DatabaseFacts {
  /** `ok`, or the first findings of PRAGMA integrity_check, or why it could not be checked. */
  integrity: string[];
  pageSize: number;
  pages: number;
  encoding: string;
  userVersion: number;
  applicationId: number;
  /** Tables in the order of their names, virtual ones left out. */
  tables: { name: string; rows: number }[];
}

/**
 * Checks a database file that nobody writes to, and counts its rows, in a thread of its own: both take
 * seconds for each GB. The file and its folder are not changed, not even by a -wal. Throws
 * `database-failed` and `database-unsupported`.
 */
export async function databaseFacts(path: string, signal: AbortSignal): Promise<DatabaseFacts> {
  signal.throwIfAborted();
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  const worker = new Worker(`(${readFacts})()`, { eval: true, workerData: url.href });
  try {
    const [answer] = (await once(worker, 'message', { signal })) as [Answer];
    if ('facts' in answer) return answer.facts;
    throw sqliteError(Object.assign(new Error(answer.message), { errcode: answer.errcode }), path);
  } finally {
    await worker.terminate();
  }
}

type Answer = { facts: DatabaseFacts } | { message: string; errcode: number };

/**
 * The worker's whole program: its text is what runs there, in single executables too, so it may use nothing
 * from outside itself.
 */
function readFacts(): void {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
  try {
    const database = new DatabaseSync(new URL(workerData as string), { readOnly: true });
    const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    const tables = database
      .prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name",
      )
      .all() as { name: string }[];
    const facts = {
      integrity: integrityOf(),
      pageSize: Number(pragma('page_size')),
      pages: Number(pragma('page_count')),
      encoding: String(pragma('encoding')),
      userVersion: Number(pragma('user_version')),
      applicationId: Number(pragma('application_id')),
      tables: tables.map(({ name }) => ({ name, rows: rowsOf(name) })),
    };
    database.close();
    parentPort?.postMessage({ facts });

    function integrityOf(): string[] {
      try {
        return database
          .prepare('PRAGMA integrity_check(10)')
          .all()
          .map((row) => String(Object.values(row)[0]));
      } catch (error) {
        // A module or collation that only the application has is no damage.
        const message = error instanceof Error ? error.message : String(error);
        return [/^no such (module|collation)/.test(message) ? `not checked: ${message}` : message];
      }
    }

    /** -1 for a table whose pages cannot be read: the integrity check says which. */
    function rowsOf(name: string): number {
      try {
        return Number(database.prepare(`SELECT count(*) AS rows FROM ${quoted(name)}`).get()?.['rows']);
      } catch {
        return -1;
      }
    }
  } catch (error) {
    const { message, errcode } = error as Error & { errcode?: number };
    parentPort?.postMessage({ message, errcode: errcode ?? 1 });
  }
}
