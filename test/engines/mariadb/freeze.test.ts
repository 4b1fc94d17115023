import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { mariadbSource } from '#sources/mariadb/mariadb-source.ts';
import type { ComponentRecord, FrozenView, MemberSink } from '#sources/source.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { serverOf } from './backup-to-folder.ts';
import { folderSink } from './folder-sink.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';

const never = new AbortController().signal;

let db: TestMariadb;
beforeAll(async () => {
  db = await startMariadb({ conf: ['log-bin=binlog', 'server-id=1', 'innodb_buffer_pool_size=256M'] });
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
});

function freeze(
  databases: string[],
  exact: 'snapshot' | 'lock' = 'snapshot',
  signal: AbortSignal = never,
): Promise<FrozenView> {
  const server = serverOf(db);
  const options = { name: 'main', server, databases, importance: 'normal' as const, exact };
  return mariadbSource({ ...options, clock: systemClock() }).freeze(signal);
}

async function write(view: FrozenView, sink: MemberSink): Promise<Map<string, ComponentRecord>> {
  const records = new Map<string, ComponentRecord>();
  for (const component of view.components) {
    const options = { signal: never, compression: 'Fast' as const, onBytes: () => undefined };
    records.set(component.id, await component.writeTo(sink, options));
  }
  return records;
}

/** A sink for tests that only want the record. */
const nowhere: MemberSink = {
  async add(path, content) {
    if (typeof content === 'function') for await (const _ of content());
    return { path, bytes: 0, sha256: '' };
  },
};

describe('[BS-01] several databases at one point', () => {
  test('transfers between two databases, under way all the time, are in both or in neither', async () => {
    await db.sql([
      'CREATE DATABASE ac',
      'CREATE DATABASE ta',
      'CREATE TABLE ac.account (id INT PRIMARY KEY, amount INT NOT NULL)',
      'CREATE TABLE ta.account LIKE ac.account',
      'INSERT INTO ac.account SELECT seq, 1000 FROM mysql.seq_1_to_50',
      'INSERT INTO ta.account SELECT * FROM ac.account',
    ]);
    const stop = new AbortController();
    const writers = [1, 2].map((seed) => transfer(seed, stop.signal));
    const totals: number[] = [];
    for (let round = 0; round < 5; round++) {
      await sleep(50);
      await using folder = await temporaryFolder();
      await using view = await freeze(['ac', 'ta']);
      // Writers go on between the snapshot and the reading.
      await sleep(100);
      const records = await write(view, folderSink(folder.path));
      totals.push((await sumOf(folder.path, 'ac')) + (await sumOf(folder.path, 'ta')));
      expect(records.get('mariadb/main/ac')?.rows).toBe(50);
    }
    stop.abort();
    const done = (await Promise.all(writers)).reduce((a, b) => a + b, 0);
    expect(done, 'transfers made meanwhile').toBeGreaterThan(100);
    expect(totals).toEqual([100_000, 100_000, 100_000, 100_000, 100_000]);
  });

  async function transfer(seed: number, signal: AbortSignal): Promise<number> {
    const connection = await db.connect();
    let count = 0;
    while (!signal.aborted) {
      const id = ((seed * 31 + count * 17) % 50) + 1;
      await connection.query('START TRANSACTION');
      await connection.query(`UPDATE ac.account SET amount = amount - 7 WHERE id = ${id}`);
      await connection.query(`UPDATE ta.account SET amount = amount + 7 WHERE id = ${id}`);
      await connection.query('COMMIT');
      count++;
    }
    await connection.end();
    return count;
  }

  async function sumOf(folder: string, database: string): Promise<number> {
    const { execFile } = await import('node:child_process');
    const { promisify } = await import('node:util');
    const file = `${folder}/mariadb/main/${database}/rows/0001/00001.zst`;
    const { stdout } = await promisify(execFile)('zstd', ['-dc', file]);
    return stdout
      .trimEnd()
      .split('\n')
      .reduce((sum, line) => sum + Number(line.split('\t')[1]), 0);
  }

  test('the position in the binary log is that of the snapshot', async () => {
    await using view = await freeze(['ac']);
    const [status] = await db.sql('SHOW MASTER STATUS');
    expect(view.position).toEqual({
      file: status?.File,
      position: Number(status?.Position),
      gtid: expect.stringMatching(/^0-1-\d+$/),
    });
    expect(view.journal[0]).toContain(`binary log ${status?.File}:${status?.Position}`);
  });
});

describe('the lock', () => {
  test('[BT-01] [FD-05] is short beside a long UPDATE, and a writer hardly notices the backup', async () => {
    await db.sql([
      'CREATE DATABASE busy',
      'CREATE TABLE busy.big (id INT PRIMARY KEY, n BIGINT, t VARCHAR(100)) CHARACTER SET utf8mb4',
      `INSERT INTO busy.big SELECT seq, seq, REPEAT('x', 50) FROM mysql.seq_1_to_300000`,
      'CREATE TABLE busy.small (id INT AUTO_INCREMENT PRIMARY KEY, at DOUBLE)',
    ]);
    // Long by what it computes, so that its length does not hang on the machine's disk alone.
    const updating = timed(
      db.sql(`UPDATE busy.big SET n = n + 1 WHERE SHA2(REPEAT(CONCAT(id, t), 60), 512) <> 'x'`),
    );
    await sleep(300);
    const stop = new AbortController();
    const writing = longestStall(stop.signal);
    await sleep(200);
    const frozenAt = performance.now();
    await using view = await freeze(['busy']);
    const freezing = performance.now() - frozenAt;
    expect(await isPending(updating), 'the UPDATE still ran when the snapshot stood').toBe(true);
    const records = await write(view, nowhere);
    const updated = await updating;
    stop.abort();
    const { longest, writes } = await writing;

    const [, waited, held] =
      /snapshot lock waited ([\d.]+) ms, held ([\d.]+) ms/.exec(view.journal[0] ?? '') ?? [];
    expect(Number(waited)).toBeLessThan(updated / 2);
    expect(Number(held)).toBeLessThan(updated / 4);
    expect(longest).toBeLessThan(updated / 2);
    expect(freezing).toBeLessThan(updated);
    expect(writes).toBeGreaterThan(20);
    expect(records.get('mariadb/main/busy')?.rows).toBeGreaterThan(300_000);
  });

  async function timed(work: Promise<unknown>): Promise<number> {
    const began = performance.now();
    await work;
    return performance.now() - began;
  }

  async function isPending(work: Promise<unknown>): Promise<boolean> {
    const nothing = Symbol('nothing');
    return (await Promise.race([work, Promise.resolve(nothing)])) === nothing;
  }

  /** Milliseconds of the slowest of many small writes. */
  async function longestStall(signal: AbortSignal): Promise<{ longest: number; writes: number }> {
    const connection = await db.connect({ database: 'busy' });
    let longest = 0;
    let writes = 0;
    while (!signal.aborted) {
      const began = performance.now();
      await connection.query('INSERT INTO small (at) VALUES (RAND())');
      longest = Math.max(longest, performance.now() - began);
      writes++;
      await sleep(5);
    }
    await connection.end();
    return { longest, writes };
  }

  test('that another holds is waited for, and named when it does not come', async () => {
    const other = await db.connect();
    await other.query('BACKUP STAGE START');
    const frozen = freeze(['ac']);
    await sleep(200);
    expect(await isPending(frozen)).toBe(true);
    await other.query('BACKUP STAGE END');
    await using view = await frozen;
    expect(view.journal[0]).toMatch(/waited [1-9]\d\d\.\d ms/);
    await other.end();
  });

  test('with exact = lock tables without transactions stand still too, and nothing is "not at the point"', async () => {
    await db.sql([
      'CREATE DATABASE exact',
      'CREATE TABLE exact.plain (a INT) ENGINE = MyISAM',
      'INSERT INTO exact.plain VALUES (1)',
      'CREATE TABLE exact.also (a INT) ENGINE = InnoDB',
    ]);
    let inserted: Promise<unknown>;
    {
      await using view = await freeze(['exact'], 'lock');
      inserted = db.sql('INSERT INTO exact.plain VALUES (2)');
      await sleep(100);
      const records = await write(view, nowhere);
      const record = records.get('mariadb/main/exact');
      expect(record?.rows).toBe(1);
      expect(record?.notes).toEqual([]);
      expect(await isPending(inserted)).toBe(true);
      expect(view.journal).toContain('the lock is kept until all rows are read');
    }
    await inserted;

    await using view = await freeze(['exact'], 'snapshot');
    await db.sql(['INSERT INTO exact.plain VALUES (3)', 'INSERT INTO exact.also VALUES (3)']);
    const record = (await write(view, nowhere)).get('mariadb/main/exact');
    expect(record?.rows, 'three of MyISAM, none of InnoDB').toBe(3);
    expect(record?.notes).toMatchObject([{ code: 'not-at-the-point', what: 'exact.plain' }]);
    expect(view.journal[1]).toContain('exact.plain');
  });
});

describe('[FD-04] a stop while the snapshot is being taken', () => {
  test.each([
    ['the lock of another backup', ['BACKUP STAGE START']],
    ['a table that another has locked', ['LOCK TABLES waiting.t WRITE']],
  ])('and %s is waited for: ends at once, here and on the server', async (_name, statements) => {
    await db.sql(['CREATE DATABASE IF NOT EXISTS waiting', 'CREATE OR REPLACE TABLE waiting.t (a INT)']);
    const holder = await db.connect();
    for (const statement of statements) await holder.query(statement);
    const others = async () =>
      (
        await db.sql('SELECT ID, STATE FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID()')
      ).filter(({ ID, STATE }) => Number(ID) !== holder.threadId && STATE !== 'InnoDB purge worker');
    const before = (await others()).length;
    const stop = new AbortController();
    const ended = expect(freeze(['waiting'], 'snapshot', stop.signal)).rejects.toThrow('stopped by a person');
    const waits = async () => (await others()).some(({ STATE }) => /^Waiting for /.test(String(STATE)));
    await expect.poll(waits, { timeout: 10_000 }).toBe(true);
    const stoppedAt = performance.now();
    stop.abort(new Error('stopped by a person'));
    await ended;
    expect(performance.now() - stoppedAt).toBeLessThan(1500);
    await expect.poll(async () => (await others()).length, { timeout: 5000 }).toBe(before);
    await holder.end();
  });
});

describe('definitions that change meanwhile', () => {
  test('before a table is read: the backup fails by name, and is no partial dump', async () => {
    await db.sql([
      'CREATE DATABASE moving',
      'CREATE TABLE moving.t (a INT)',
      'INSERT INTO moving.t VALUES (1)',
    ]);
    for (const change of [
      'ALTER TABLE moving.t ADD COLUMN b INT, ALGORITHM = COPY',
      'TRUNCATE moving.t',
      'RENAME TABLE moving.t TO moving.t2',
      'DROP TABLE moving.t2',
    ]) {
      await using view = await freeze(['moving']);
      await db.sql(change);
      await expect(write(view, nowhere)).rejects.toMatchObject({
        code: 'database-changed',
        message: expect.stringMatching(/the definition of moving\.t2? was changed during the backup/),
      });
    }
  });

  test('that leave the rows as they are do not matter: the table is saved as it was', async () => {
    await db.sql(['CREATE DATABASE still', 'CREATE TABLE still.t (a INT)', 'INSERT INTO still.t VALUES (1)']);
    await using view = await freeze(['still']);
    await db.sql([
      'ALTER TABLE still.t ADD INDEX (a)',
      'ALTER TABLE still.t ADD COLUMN b INT',
      'INSERT INTO still.t VALUES (2, 2)',
    ]);
    await using folder = await temporaryFolder();
    const record = (await write(view, folderSink(folder.path))).get('mariadb/main/still');
    expect(record?.rows).toBe(1);
    const ddl = await readFile(folder.file('mariadb/main/still/1-tables.sql'), 'utf8');
    expect(ddl).toContain('CREATE TABLE `t` (\n  `a` int(11) DEFAULT NULL\n)');
  });

  test('between the snapshot and the reading of definitions: it starts over by itself, once', async () => {
    await db.sql([
      'CREATE DATABASE racing',
      'CREATE TABLE racing.t (a INT)',
      'INSERT INTO racing.t VALUES (1)',
    ]);
    // A table that changes for as long as the first attempts go on.
    const stop = new AbortController();
    const changing = (async () => {
      const connection = await db.connect({ database: 'racing' });
      for (let i = 0; !stop.signal.aborted; i++) {
        await connection.query(i % 2 === 0 ? 'ALTER TABLE t ADD INDEX i (a)' : 'ALTER TABLE t DROP INDEX i');
      }
      await connection.end();
    })();
    const outcomes = new Set<string>();
    for (let round = 0; round < 30 && !outcomes.has('database-changed'); round++) {
      try {
        await using _ = await freeze(['racing']);
        outcomes.add('frozen');
      } catch (error) {
        outcomes.add((error as { code: string }).code);
      }
    }
    stop.abort();
    await changing;
    expect(outcomes).toContain('database-changed');
    await using view = await freeze(['racing']);
    expect((await write(view, nowhere)).get('mariadb/main/racing')?.rows).toBe(1);
  });

  test('a table that was read already may be altered while the backup goes on', async () => {
    await db.sql([
      'CREATE DATABASE twice',
      'CREATE TABLE twice.t (a INT)',
      'INSERT INTO twice.t VALUES (1)',
      'CREATE TABLE twice.u (a INT)',
    ]);
    await using view = await freeze(['twice', 'ac']);
    const twice = view.components.find(({ name }) => name === 'twice');
    await twice?.writeTo(nowhere, { signal: never, compression: 'Fast', onBytes: () => undefined });
    await db.sql(['SET lock_wait_timeout = 2', 'ALTER TABLE twice.t ADD COLUMN b INT, ALGORITHM = COPY']);
    const ac = view.components.find(({ name }) => name === 'ac');
    const record = await ac?.writeTo(nowhere, {
      signal: never,
      compression: 'Fast',
      onBytes: () => undefined,
    });
    expect(record?.rows).toBe(50);
  });
});

test('after dispose no session, transaction or lock is left, and the server logs no lost client', async () => {
  const aborted = async () => (await db.sql(`SHOW GLOBAL STATUS LIKE 'Aborted_clients'`))[0]?.Value;
  const before = await aborted();
  {
    await using view = await freeze(['ac', 'ta'], 'lock');
    await write(view, nowhere);
    expect(await sessions()).toBeGreaterThan(3);
  }
  await expect.poll(sessions).toBe(0);
  expect(await aborted()).toBe(before);
  await db.sql(['SET lock_wait_timeout = 2', 'CREATE TABLE ac.after (a INT)', 'DROP TABLE ac.after']);
});

/** Sessions but the one that asks. */
async function sessions(): Promise<number> {
  const rows = await db.sql(
    `SELECT 1 FROM information_schema.PROCESSLIST WHERE USER = 'root' AND ID <> CONNECTION_ID()`,
  );
  return rows.length;
}
