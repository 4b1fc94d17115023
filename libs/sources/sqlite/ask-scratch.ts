import { once } from 'node:events';
import { truncate } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { LifeboatError } from '#platform/errors.ts';

type Answer = { value: string | null | undefined } | { failed: string };

/**
 * The first value of a statement's first row in a database that nobody else knows, as text; undefined for no row. Opened
 * for reading only, in a thread of its own. An abort makes the file empty, which ends the statement, and rejects at once.
 */
export async function askScratch(
  path: string,
  query: string,
  signal: AbortSignal,
): Promise<string | null | undefined> {
  signal.throwIfAborted();
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  const worker = new Worker(`(${askInWorker})()`, { eval: true, workerData: { url: url.href, query } });
  try {
    const [answer] = (await once(worker, 'message', { signal })) as [Answer];
    if ('value' in answer) return answer.value;
    throw new LifeboatError('database-failed', `SQLite says: ${answer.failed}`);
  } catch (error) {
    if (signal.aborted) await truncate(path);
    signal.throwIfAborted();
    throw error;
  } finally {
    await worker.terminate();
  }
}

/** The worker's whole program: its text is what runs there, so it may use nothing from outside itself. */
function askInWorker(): void {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  const { url, query } = workerData as { url: string; query: string };
  try {
    const database = new DatabaseSync(new URL(url), { readOnly: true });
    const statement = database.prepare(query);
    statement.setReadBigInts(true);
    const row = statement.get();
    const [first] = row === undefined ? [] : Object.values(row);
    const value = row === undefined ? undefined : first === null ? null : String(first);
    database.close();
    parentPort?.postMessage({ value });
  } catch (error) {
    parentPort?.postMessage({ failed: (error as Error).message });
  }
}
