import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A database that shows whether it is one state: money is neither made nor lost, and each transfer is counted. */
export function makeBank(path: string, options: { journalMode?: string; pages?: number } = {}): void {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA journal_mode = ${options.journalMode ?? 'WAL'}; PRAGMA synchronous = OFF;
    PRAGMA user_version = 7; PRAGMA application_id = 4711;
    CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL);
    CREATE TABLE transfer (id INTEGER PRIMARY KEY, giver INTEGER, taker INTEGER, amount INTEGER, text TEXT);
    CREATE INDEX by_giver ON transfer (giver, amount);
    CREATE TABLE counter (transfers INTEGER NOT NULL);
    CREATE TABLE ballast (content BLOB);
    INSERT INTO counter VALUES (0);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
      INSERT INTO account SELECT i, 1000 FROM n;`);
  const ballast = database.prepare(
    'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO ballast SELECT randomblob(4000) FROM n',
  );
  if (options.pages) ballast.run(options.pages);
  database.close();
}

export interface BankState {
  money: number;
  transfers: number;
  counted: number;
  integrity: string;
  journalMode: string;
}

export function bankState(path: string): BankState {
  const database = new DatabaseSync(path);
  const one = (sql: string) => Object.values(database.prepare(sql).get() ?? {})[0];
  const state = {
    money: Number(one('SELECT sum(balance) FROM account')),
    transfers: Number(one('SELECT count(*) FROM transfer')),
    counted: Number(one('SELECT transfers FROM counter')),
    integrity: String(one('PRAGMA integrity_check')),
    journalMode: String(one('PRAGMA journal_mode')),
  };
  database.close();
  return state;
}

/** Makes one more transfer, as the application would. */
export function transfer(path: string): void {
  const database = new DatabaseSync(path);
  database.exec(`BEGIN; UPDATE account SET balance = balance - 5 WHERE id = 1;
    UPDATE account SET balance = balance + 5 WHERE id = 2;
    INSERT INTO transfer (giver, taker, amount) VALUES (1, 2, 5); UPDATE counter SET transfers = transfers + 1; COMMIT`);
  database.close();
}

export interface Writer extends AsyncDisposable {
  readonly pid: number;
  /** Ends it and tells how many transactions it committed. */
  stop(): Promise<number>;
  /** Ends it as a power cut would: a -wal stays behind. */
  kill(): Promise<void>;
}

/** Starts the application on the database and waits until it has committed something. */
export async function startWriter(path: string, journalMode = 'WAL'): Promise<Writer> {
  const program = join(import.meta.dirname, 'busy-writer.ts');
  const child = spawn(process.execPath, [program, path, journalMode], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return {
    pid: child.pid as number,
    async stop() {
      const said = once(child.stdout, 'data');
      child.stdin.write('stop\n');
      const [text] = await said;
      await ended(child);
      return Number(String(text));
    },
    async kill() {
      child.kill('SIGKILL');
      await ended(child);
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await ended(child);
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
