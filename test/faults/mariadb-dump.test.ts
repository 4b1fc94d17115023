import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createArchive } from '#archive/create-archive.ts';
import { systemClock } from '#platform/clock.ts';
import { mariadbSource } from '#sources/mariadb/mariadb-source.ts';
import type { ComponentRecord, MemberSink } from '#sources/source.ts';
import { serverOf } from '../engines/mariadb/backup-to-folder.ts';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';

/** Failure stories 2, 3 and 8: a dump that broke off was reported as good, and stored. */

const BIG_ROWS = 150_000;

let db: TestMariadb;
beforeAll(async () => {
  db = await startMariadb();
  await fill(db);
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
});

async function fill(server: TestMariadb): Promise<void> {
  await server.sql([
    'CREATE DATABASE ac',
    'CREATE TABLE ac.one (id INT PRIMARY KEY, t VARCHAR(400))',
    `INSERT INTO ac.one SELECT seq, REPEAT(MD5(seq), 12) FROM mysql.seq_1_to_${BIG_ROWS}`,
    'CREATE TABLE ac.two LIKE ac.one',
    'INSERT INTO ac.two SELECT * FROM ac.one',
  ]);
}

interface Fault {
  /** Called once, after the backup has read some of the rows. */
  fire: () => Promise<unknown> | unknown;
  fired: boolean;
}

/** Writes the database `ac`; the fault fires after 8 MiB of rows. */
async function dump(
  server: TestMariadb,
  sink: MemberSink,
  fault: Fault | undefined,
  signal = new AbortController().signal,
): Promise<ComponentRecord> {
  const source = mariadbSource({
    name: 'main',
    server: serverOf(server),
    databases: ['ac'],
    importance: 'required',
    exact: 'snapshot',
    clock: systemClock(),
  });
  await using view = await source.freeze(signal);
  let read = 0;
  const onBytes = (bytes: number): void => {
    read += bytes;
    if (fault === undefined || fault.fired || read < 8 << 20) return;
    fault.fired = true;
    Promise.resolve(fault.fire()).catch(() => undefined);
  };
  const component = view.components[0]!;
  return await component.writeTo(sink, { signal, compression: 'Fast', onBytes });
}

const nowhere: MemberSink = {
  async add(path, content) {
    if (typeof content === 'function') for await (const _ of content());
    return { path, bytes: 0, sha256: '' };
  },
};

test('without a fault all rows are there', async () => {
  expect(await dump(db, nowhere, undefined)).toMatchObject({ state: 'complete', rows: 2 * BIG_ROWS });
});

describe('a dump that breaks off in the middle throws, and gives no record', () => {
  test('a SELECT that is killed', async () => {
    const fault = {
      fired: false,
      fire: async () => {
        const rows = await db.sql(
          `SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT%FROM \`ac\`.%' AND ID <> CONNECTION_ID()`,
        );
        expect(rows.length).toBeGreaterThan(0);
        for (const { ID } of rows) await db.sql(`KILL QUERY ${ID}`);
      },
    };
    await expect(dump(db, slow(nowhere), fault)).rejects.toMatchObject({
      code: 'database-failed',
      message: expect.stringContaining('(error 1317)'),
    });
    expect(fault.fired).toBe(true);
  });

  test('a server that dies', async () => {
    await using own = await startMariadb();
    await fill(own);
    const fault = { fired: false, fire: () => own.kill() };
    await expect(dump(own, slow(nowhere), fault)).rejects.toMatchObject({ code: 'database-unreachable' });
    expect(fault.fired).toBe(true);
  });

  test('a table that is corrupt on disk', async () => {
    await using own = await startMariadb();
    await own.sql([
      'CREATE DATABASE ac',
      'CREATE TABLE ac.m (id INT, t VARCHAR(400)) ENGINE = MyISAM',
      `INSERT INTO ac.m SELECT seq, REPEAT(MD5(seq), seq % 12) FROM mysql.seq_1_to_20000`,
      'FLUSH TABLES',
    ]);
    const { truncate, stat } = await import('node:fs/promises');
    const file = `${own.folder}/data/ac/m.MYD`;
    await truncate(file, Math.floor((await stat(file)).size / 2));
    await expect(dump(own, nowhere, undefined)).rejects.toMatchObject({ name: 'LifeboatError' });
  });

  test('an archive that can take no more', async () => {
    const full = new Error('ENOSPC');
    let members = 0;
    const sink: MemberSink = {
      async add(path, content, options) {
        if (++members === 2) throw full;
        return await nowhere.add(path, content, options);
      },
    };
    await expect(dump(db, sink, undefined)).rejects.toBe(full);
    expect(members).toBe(2);
  });

  test('[FD-04] a person who stops it while the server stands still: soon here, and on the server once it goes on', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped by a person');
    let stoppedAt = Number.POSITIVE_INFINITY;
    const fault = {
      fired: false,
      fire: async () => {
        db.pause();
        // By now nothing comes any more.
        await sleep(300);
        stoppedAt = performance.now();
        stop.abort(reason);
      },
    };
    try {
      await expect(dump(db, slow(nowhere), fault, stop.signal)).rejects.toBe(reason);
      expect(performance.now() - stoppedAt).toBeLessThan(2000);
      expect(fault.fired).toBe(true);
    } finally {
      db.resume();
    }
    await expect.poll(sessions, { timeout: 10_000 }).toHaveLength(0);
  });

  test('[FD-04] a person who stops it: at once, here and on the server', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped by a person');
    let stoppedAt = 0;
    const fault = {
      fired: false,
      fire: () => {
        stoppedAt = performance.now();
        stop.abort(reason);
      },
    };
    await using folder = await temporaryFolder();
    await using archive = await createArchive(folder.file('a.zip'), {
      mtime: new Date(),
      signal: stop.signal,
    });
    await archive.add('RESTORE.txt', Buffer.from('x'), { signal: stop.signal });
    await expect(dump(db, slow(archive), fault, stop.signal)).rejects.toBe(reason);
    expect(fault.fired).toBe(true);
    expect(performance.now() - stoppedAt).toBeLessThan(1000);
    await expect.poll(sessions, { timeout: 5000 }).toHaveLength(0);
  });
});

const sessions = () =>
  db.sql(`SELECT 1 FROM information_schema.PROCESSLIST WHERE USER = 'root' AND ID <> CONNECTION_ID()`);

/** Leaves a fault time to fire before the rows are at their end. */
function slow(sink: MemberSink): MemberSink {
  return {
    async add(path, content, options) {
      await sleep(200);
      return await sink.add(path, content, options);
    },
  };
}
