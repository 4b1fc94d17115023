import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, connectMariadb } from '#sources/mariadb/connect.ts';
import { readRows } from '#sources/mariadb/read-rows.ts';
import { serverOf } from './backup-to-folder.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';

const never = new AbortController().signal;

let db: TestMariadb;
let plain: Connection;
beforeAll(async () => {
  db = await startMariadb({ conf: ['max_allowed_packet=1G'] });
  await db.sql([
    'CREATE DATABASE t CHARACTER SET utf8mb4',
    `CREATE TABLE t.numbered (id INT PRIMARY KEY, v VARCHAR(2000))`,
    `INSERT INTO t.numbered SELECT seq, REPEAT(CONCAT('\\t', seq, 'ü'), seq % 97) FROM mysql.seq_1_to_20000`,
  ]);
  plain = await connectMariadb(serverOf(db), never);
});
afterAll(async () => {
  await plain?.close();
  await db?.[Symbol.asyncDispose]();
});

async function textOf(connection: Connection, select: string): Promise<{ text: Buffer; rows: number }> {
  const blocks: Buffer[] = [];
  const { rows, bytes } = await readRows(
    connection,
    select,
    async (block) => void blocks.push(Buffer.from(block)),
    never,
  );
  const text = Buffer.concat(blocks);
  expect(text.length).toBe(bytes);
  return { text, rows };
}

/** What LOAD DATA would make of it. */
function parse(text: Buffer): (string | null)[][] {
  const marks: Record<string, string> = { '0': '\0', t: '\t', n: '\n', '\\': '\\' };
  return text
    .toString('latin1')
    .split('\n')
    .slice(0, -1)
    .map((line) =>
      line
        .split('\t')
        .map((value) =>
          value === '\\N' ? null : value.replace(/\\(.)/g, (_, mark: string) => marks[mark] ?? '?'),
        ),
    );
}

describe('rows as mysql2 reads them', () => {
  test.each([
    'SELECT id, v FROM t.numbered ORDER BY id',
    'SELECT v, NULL, id, v, "" FROM t.numbered ORDER BY id DESC LIMIT 777',
    'SELECT * FROM t.numbered WHERE id < 0',
    'SELECT seq, CHAR(seq), REPEAT(CHAR(seq), 300), REPEAT(CHAR(seq), 70000) FROM mysql.seq_0_to_255',
    'SELECT NULL',
  ])('%s', async (select) => {
    const { text, rows } = await textOf(plain, select);
    const reference = await db.connect({ rowsAsArray: true, typeCast: (field) => field.buffer() });
    try {
      await reference.query('SET character_set_results = binary');
      const [expected] = (await reference.query(select)) as unknown as [(Buffer | null)[][]];
      expect(rows).toBe(expected.length);
      const found = parse(text);
      for (const [i, row] of expected.entries()) {
        expect(found[i]).toEqual(row.map((value) => (value === null ? null : value.toString('latin1'))));
      }
    } finally {
      await reference.end();
    }
  });

  test('one after the other on one session, with statements between', async () => {
    const select = 'SELECT id, v FROM t.numbered ORDER BY id';
    const first = await textOf(plain, select);
    expect(await plain.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const second = await textOf(plain, select);
    expect(second.text.equals(first.text)).toBe(true);
    expect(await plain.query(`SELECT 'ü' AS text`)).toEqual([{ text: 'ü' }]);
  });
});

describe('large rows', () => {
  const LONGEST_PACKET = 0xff_ff_ff;
  test.each([
    ['16 MiB - 1 with its length', LONGEST_PACKET - 4],
    ['16 MiB - 1', (16 << 20) - 1],
    ['16 MiB', 16 << 20],
    ['16 MiB + 1', (16 << 20) + 1],
    ['two full packets', 2 * LONGEST_PACKET - 9],
    ['40 MiB', 40 << 20],
  ])('a value of %s', async (_name, size) => {
    const { text, rows } = await textOf(plain, `SELECT REPEAT('x\\\\', ${Math.floor(size / 2)}), ${size}`);
    const even = Math.floor(size / 2) * 2;
    expect(rows).toBe(1);
    expect(text.length).toBe((even / 2) * 3 + 1 + String(size).length + 1);
    expect(text.subarray(0, 6).toString()).toBe('x\\\\x\\\\');
    expect(text.subarray(-String(size).length - 2).toString()).toBe(`\t${size}\n`);
    expect(text.subarray(0, (even / 2) * 3).equals(Buffer.alloc((even / 2) * 3, 'x\\\\'))).toBe(true);
  });

  test('several in a row, with small ones between', async () => {
    const { text, rows } = await textOf(
      plain,
      `SELECT seq, REPEAT(CHAR(96 + seq), IF(seq % 2, 17 << 20, 3)) FROM mysql.seq_1_to_4`,
    );
    expect(rows).toBe(4);
    const large = (letter: string) => letter.repeat(17 << 20);
    expect(text.equals(Buffer.from(`1\t${large('a')}\n2\tbbb\n3\t${large('c')}\n4\tddd\n`))).toBe(true);
  });
});

describe('back pressure', () => {
  test('no more than three blocks are given before the first is done, and memory stays bounded', async () => {
    let held = 0;
    let most = 0;
    let bytes = 0;
    const before = process.memoryUsage().arrayBuffers;
    let grown = 0;
    await readRows(
      plain,
      `SELECT REPEAT('0123456789', 20000) FROM mysql.seq_1_to_500`,
      async (block) => {
        most = Math.max(most, ++held);
        bytes += block.length;
        await sleep(1);
        grown = Math.max(grown, process.memoryUsage().arrayBuffers - before);
        held--;
      },
      never,
    );
    expect(bytes).toBe(500 * 200_001);
    // A chunk of the socket that is already here is finished, whatever the sink says.
    expect(most).toBeLessThanOrEqual(5);
    expect(grown).toBeLessThan(40 << 20);
  });

  test('the next statement waits until the sink has taken the last block', async () => {
    const order: string[] = [];
    const reading = readRows(
      plain,
      'SELECT 1',
      async () => {
        await sleep(100);
        order.push('block');
      },
      never,
    );
    const next = plain.query('SELECT 2').then(() => order.push('statement'));
    await Promise.all([reading, next]);
    expect(order).toEqual(['block', 'statement']);
  });
});

describe('failures are never taken for the end of the rows', () => {
  const endless = 'SELECT seq, REPEAT("x", 1000) FROM mysql.seq_1_to_100000000';

  test('a statement the server refuses', async () => {
    await expect(textOf(plain, 'SELECT no_such_column FROM t.numbered')).rejects.toMatchObject({
      code: 'database-failed',
      message: expect.stringContaining('(error 1054)'),
    });
    expect((await textOf(plain, 'SELECT 5')).text.toString()).toBe('5\n');
  });

  test('a statement that is killed in the middle of its rows', async () => {
    await using connection = await connectMariadb(serverOf(db), never);
    let blocks = 0;
    const reading = readRows(
      connection,
      endless,
      async () => {
        if (++blocks === 20) await db.sql(`KILL QUERY ${connection.threadId}`);
      },
      never,
    );
    await expect(reading).rejects.toMatchObject({ message: expect.stringContaining('(error 1317)') });
    expect(blocks).toBeGreaterThanOrEqual(20);
    expect(await connection.query('SELECT 1 AS a')).toEqual([{ a: 1 }]);
  });

  test('a session that is killed in the middle of its rows', async () => {
    await using connection = await connectMariadb(serverOf(db), never);
    let blocks = 0;
    const reading = readRows(
      connection,
      endless,
      async () => {
        if (++blocks === 20) await db.sql(`KILL ${connection.threadId}`);
      },
      never,
    );
    await expect(reading).rejects.toMatchObject({ name: 'LifeboatError' });
    expect(blocks).toBeGreaterThanOrEqual(20);
  });

  test('a server that dies in the middle of the rows', async () => {
    await using own = await startMariadb();
    await using connection = await connectMariadb(serverOf(own), never);
    let blocks = 0;
    const reading = readRows(
      connection,
      endless,
      async () => {
        if (++blocks === 20) await own.kill();
      },
      never,
    );
    await expect(reading).rejects.toMatchObject({ code: 'database-unreachable' });
    expect(blocks).toBeGreaterThanOrEqual(20);
  });

  test('a sink that fails, on the first block, in the middle, on the last', async () => {
    const full = new Error('disk full');
    for (const [select, at] of [
      [endless, 1],
      [endless, 30],
      ['SELECT 1', 1],
    ] as const) {
      await using connection = await connectMariadb(serverOf(db), never);
      let blocks = 0;
      const reading = readRows(
        connection,
        select,
        async () => {
          const mine = ++blocks;
          await sleep(1);
          if (mine === at) throw full;
        },
        never,
      );
      await expect(reading).rejects.toBe(full);
      expect(blocks).toBeGreaterThanOrEqual(at);
    }
  });

  test('an abort stops it at once, here and on the server', async () => {
    await using connection = await connectMariadb(serverOf(db), never);
    const stop = new AbortController();
    const reason = new Error('stopped by a person');
    let stoppedAt = 0;
    let blocks = 0;
    const reading = readRows(
      connection,
      `${endless} /* aborted */`,
      async () => {
        if (++blocks === 20) {
          stoppedAt = performance.now();
          stop.abort(reason);
        }
      },
      stop.signal,
    );
    await expect(reading).rejects.toBe(reason);
    expect(performance.now() - stoppedAt).toBeLessThan(500);
    const running = () =>
      db.sql(
        `SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE '%aborted */' AND ID <> CONNECTION_ID()`,
      );
    await expect.poll(running, { timeout: 5000 }).toHaveLength(0);
  });
});
