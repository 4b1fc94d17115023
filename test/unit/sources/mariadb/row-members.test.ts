import { expect, test } from 'vitest';
import type { Frame } from '#sources/frame-compressor.ts';
import { rowMembers } from '#sources/mariadb/row-members.ts';
import type { MemberSink } from '#sources/source.ts';

const MIB = 1 << 20;
const signal = new AbortController().signal;

interface Added {
  path: string;
  content: Buffer;
  streamed: boolean;
}

function memorySink(): { sink: MemberSink; added: Added[] } {
  const added: Added[] = [];
  return {
    added,
    sink: {
      async add(path, content) {
        const streamed = typeof content === 'function';
        const chunks: Uint8Array[] = [];
        if (streamed) for await (const chunk of content()) chunks.push(chunk);
        // Reused later, so whoever keeps it must copy it.
        else {
          await new Promise((resolve) => setTimeout(resolve, 1));
          chunks.push(Buffer.from(content));
        }
        added.push({ path, content: Buffer.concat(chunks), streamed });
        return { path, bytes: 0, sha256: '' };
      },
    },
  };
}

/** In two parts, which are overwritten as soon as nobody should look at them any more. */
function frame(fill: number, bytes: number): Frame {
  const content = Buffer.alloc(bytes, fill);
  const parts = [content.subarray(0, bytes / 3), content.subarray(bytes / 3)];
  return { parts, bytes, done: () => void content.fill(0xee) };
}

test('frames fill members of at most 16 MiB, in order', async () => {
  const { sink, added } = memorySink();
  const members = rowMembers({ folder: 'rows/0001', sink, signal });
  for (let i = 0; i < 100; i++) await members.add(frame(i, 0.7 * MIB), true);
  const records = await members.end();
  expect(records.map(({ path }) => path)).toEqual(added.map(({ path }) => path));
  expect(added[0]?.path).toBe('rows/0001/00001.zst');
  expect(Math.max(...added.map(({ content }) => content.length))).toBeLessThanOrEqual(16 * MIB);
  expect(added.length).toBe(5);
  const all = Buffer.concat(added.map(({ content }) => content));
  for (let i = 0; i < 100; i++) expect(all[Math.floor(i * 0.7 * MIB) + 1]).toBe(i);
});

test('a row larger than a member is streamed into one member, and the next row begins another', async () => {
  const { sink, added } = memorySink();
  const members = rowMembers({ folder: 'r', sink, signal });
  await members.add(frame(1, MIB), true);
  for (let i = 0; i < 40; i++) await members.add(frame(2, MIB), false);
  await members.add(frame(3, MIB), true);
  await members.end();
  expect(added.map(({ content, streamed }) => [content.length / MIB, streamed])).toEqual([
    [41, true],
    [1, false],
  ]);
  expect(added[1]?.content[0]).toBe(3);
});

test('a frame inside a row never begins a member', async () => {
  const { sink, added } = memorySink();
  const members = rowMembers({ folder: 'r', sink, signal });
  for (let i = 0; i < 15; i++) await members.add(frame(1, MIB), true);
  await members.add(frame(2, MIB), true);
  await members.add(frame(2, MIB), false);
  await members.add(frame(3, MIB), true);
  await members.end();
  expect(added.map(({ content }) => content.length / MIB)).toEqual([17, 1]);
});

test('a table without rows has no member', async () => {
  const { sink } = memorySink();
  expect(await rowMembers({ folder: 'r', sink, signal }).end()).toEqual([]);
});

test('a failing archive fails the frames, also while a large row is streamed', async () => {
  const full = new Error('disk full');
  const sink: MemberSink = {
    async add(_path, content) {
      if (typeof content === 'function') for await (const _ of content()) break;
      throw full;
    },
  };
  const large = rowMembers({ folder: 'r', sink, signal });
  await expect(
    (async () => {
      for (let i = 0; i < 40; i++) await large.add(frame(1, MIB), i === 0);
    })(),
  ).rejects.toBe(full);
  const small = rowMembers({ folder: 'r', sink, signal });
  await small.add(frame(1, 10), true);
  await expect(small.end()).rejects.toBe(full);
});
