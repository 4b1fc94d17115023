import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowText } from '#sources/mariadb/row-text.ts';

const LONGEST_PACKET = 0xff_ff_ff;

function packets(payload: Buffer, sequence = 1): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; ; at += LONGEST_PACKET) {
    const part = payload.subarray(at, at + LONGEST_PACKET);
    const header = Buffer.from([part.length & 0xff, (part.length >> 8) & 0xff, part.length >> 16, sequence]);
    parts.push(header, part);
    // A last packet that is full is followed by an empty one.
    if (part.length < LONGEST_PACKET) return parts;
  }
}

function encoded(value: Buffer | null): Buffer {
  if (value === null) return Buffer.from([0xfb]);
  const length = Buffer.alloc(9);
  if (value.length < 0xfb) return Buffer.concat([Buffer.from([value.length]), value]);
  if (value.length <= 0xffff) {
    length[0] = 0xfc;
    length.writeUInt16LE(value.length, 1);
    return Buffer.concat([length.subarray(0, 3), value]);
  }
  if (value.length <= LONGEST_PACKET) {
    length[0] = 0xfd;
    length.writeUIntLE(value.length, 1, 3);
    return Buffer.concat([length.subarray(0, 4), value]);
  }
  length[0] = 0xfe;
  length.writeBigUInt64LE(BigInt(value.length), 1);
  return Buffer.concat([length, value]);
}

const EOF = Buffer.from([0xfe, 0, 0, 2, 0]);

/** A whole answer: column count, columns, their end, rows, the end. */
function answer(rows: (Buffer | null)[][], columns: number, end = EOF): Buffer {
  const all = [
    ...packets(Buffer.from([columns])),
    ...Array.from({ length: columns }, () => packets(Buffer.from('def and so on'))).flat(),
    ...packets(EOF),
    ...rows.flatMap((row) => packets(Buffer.concat(row.map(encoded)))),
    ...packets(end),
  ];
  return Buffer.concat(all);
}

function naive(rows: (Buffer | null)[][]): Buffer {
  const marks: Record<number, string> = { 0: '\\0', 9: '\\t', 10: '\\n', 92: '\\\\' };
  const value = (v: Buffer | null) =>
    v === null ? '\\N' : [...v].map((b) => marks[b] ?? String.fromCharCode(b)).join('');
  return Buffer.from(rows.map((row) => `${row.map(value).join('\t')}\n`).join(''), 'latin1');
}

interface Block {
  text: Buffer;
  startsRow: boolean;
}

/** Feeds an answer in chunks of the given sizes, over and over, through one reused buffer as the socket does. */
function run(bytes: Buffer, sizes: number[], blockBytes = 1 << 20) {
  const blocks: Block[] = [];
  const text = rowText({
    next: () => new Uint8Array(blockBytes),
    give: (block, startsRow) => blocks.push({ text: Buffer.from(block), startsRow }),
  });
  const shared = Buffer.alloc(Math.max(...sizes));
  let ended = false;
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    const length = bytes.copy(shared, 0, at, at + size);
    ended = text.take(shared.subarray(0, length));
    at += length;
  }
  if (text.failure === undefined) text.end();
  shared.fill(0xee);
  return {
    text: Buffer.concat(blocks.map((b) => b.text)),
    blocks,
    ended,
    rows: text.rows,
    failure: text.failure,
  };
}

const value = fc.option(
  fc
    .array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 9, 10, 92, 0xfb, 0xfe, 0xff)), {
      maxLength: 600,
    })
    .map((bytes) => Buffer.from(bytes)),
  { freq: 8 },
);
const table = fc
  .integer({ min: 1, max: 5 })
  .chain((columns) =>
    fc.array(fc.array(value, { minLength: columns, maxLength: columns }), { maxLength: 20 }),
  );

test('rows come out the same however the stream is cut and however small the blocks are', () => {
  fc.assert(
    fc.property(
      table,
      fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 80, max: 4000 }),
      (rows, sizes, blockBytes) => {
        const columns = rows[0]?.length ?? 1;
        const result = run(answer(rows, columns), sizes, blockBytes);
        expect(result.ended).toBe(true);
        expect(result.rows).toBe(rows.length);
        expect(result.text.equals(naive(rows))).toBe(true);
      },
    ),
    { numRuns: 400 },
  );
});

test('a block says truly whether it begins with a row', () => {
  fc.assert(
    fc.property(table, fc.integer({ min: 80, max: 900 }), (rows, blockBytes) => {
      const result = run(answer(rows, rows[0]?.length ?? 1), [97, 4000], blockBytes);
      const whole = naive(rows);
      let at = 0;
      for (const block of result.blocks) {
        expect(block.startsRow).toBe(at === 0 || whole[at - 1] === 10);
        at += block.text.length;
      }
    }),
  );
});

describe('rows as large as a packet and larger', () => {
  // A row of one value: 1 or 4 or 9 bytes of length, then the value.
  const cases: [string, number][] = [
    ['16 MiB - 1 in all: a full packet and an empty one', LONGEST_PACKET - 4],
    ['16 MiB - 2: the largest single packet', LONGEST_PACKET - 5],
    ['16 MiB', LONGEST_PACKET - 3],
    ['a value of 16 MiB', 16 << 20],
    ['two full packets exactly', 2 * LONGEST_PACKET - 9],
    ['40 MiB', 40 << 20],
  ];
  test.each(cases)('%s', (_name, size) => {
    const large = Buffer.alloc(size, 'abc\\');
    const rows = [[Buffer.from('before')], [large], [null], [Buffer.from('after')]];
    const result = run(answer(rows, 1), [1 << 20]);
    expect(result.ended).toBe(true);
    expect(result.rows).toBe(4);
    const escaped = Buffer.from(large.toString('latin1').replaceAll('\\', '\\\\'), 'latin1');
    expect(
      result.text.equals(Buffer.concat([Buffer.from('before\n'), escaped, Buffer.from('\n\\N\nafter\n')])),
    ).toBe(true);
    expect(Math.max(...result.blocks.map((block) => block.text.length))).toBeLessThanOrEqual(1 << 20);
    // The row after the large one begins a block, so that members can end between them.
    const last = result.blocks.at(-1);
    expect(last?.startsRow).toBe(true);
    expect(last?.text.toString()).toBe('\\N\nafter\n');
  });

  test('the length of a value may be cut anywhere', () => {
    const rows = [[Buffer.alloc(70_000, 'x'), Buffer.alloc(300, 'y')]];
    expect(run(answer(rows, 2), [1]).text.equals(naive(rows))).toBe(true);
  });
});

describe('an error of the server', () => {
  const error = Buffer.concat([
    Buffer.from([0xff, 0x25, 0x05]),
    Buffer.from('#70100Query was ü interrupted'),
  ]);

  test.each([1, 7, 100_000])('in the middle of the rows is told, in chunks of %d', (size) => {
    const result = run(answer([[Buffer.from('a')]], 1, error), [size]);
    expect(result.ended).toBe(true);
    expect(result.failure).toMatchObject({
      errno: 1317,
      sqlState: '70100',
      sqlMessage: 'Query was ü interrupted',
    });
  });

  test('instead of an answer is told', () => {
    const result = run(Buffer.concat(packets(error)), [3]);
    expect(result.failure).toMatchObject({ errno: 1317 });
  });
});

test('a stream that is cut has not ended', () => {
  const bytes = answer([[Buffer.from('row')]], 1);
  for (let length = 0; length < bytes.length; length++) {
    expect(run(bytes.subarray(0, length), [64]).ended).toBe(false);
  }
});

test.each([
  ['shorter than its columns', [1, 97], 2],
  ['longer than its columns', [1, 97, 1, 98], 1],
])('a row that is %s breaks the protocol', (_name, payload, columns) => {
  const begin = answer([], columns);
  const head = begin.subarray(0, begin.length - 4 - EOF.length);
  const bytes = Buffer.concat([head, ...packets(Buffer.from(payload)), ...packets(EOF)]);
  for (const size of [1, 1000]) expect(() => run(bytes, [size])).toThrow();
});
