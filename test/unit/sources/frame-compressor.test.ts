import { randomBytes } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { frameCompressor } from '#sources/frame-compressor.ts';

const MIB = 2 ** 20;

test('frames are whole and independent however many calls overlap, and each says its size', async () => {
  const compressor = frameCompressor('Fast');
  const blocks = Array.from({ length: 12 }, (_, i) =>
    i % 2 === 0 ? Buffer.alloc(MIB - i, `${i} opened by\n`) : randomBytes(MIB / 2 + i),
  );
  const frames = (await Promise.all(blocks.map((block) => compressor.compress(block)))).map(joined);
  compressor.close();
  for (const [i, frame] of frames.entries()) {
    expect(zstdDecompressSync(frame).equals(blocks[i]!)).toBe(true);
    expect(contentSize(frame)).toBe(blocks[i]!.length);
  }
  expect(zstdDecompressSync(Buffer.concat(frames)).equals(Buffer.concat(blocks))).toBe(true);
});

test('a context that is used again makes the same frame', async () => {
  const compressor = frameCompressor('Compact');
  const block = Buffer.from('door 7 opened by person 12\n'.repeat(20_000));
  const first = joined(await compressor.compress(block));
  await compressor.compress(randomBytes(1000));
  expect(joined(await compressor.compress(block)).equals(first)).toBe(true);
  compressor.close();
});

function joined(parts: Buffer[]): Buffer {
  return Buffer.concat(parts);
}

/** RFC 8878, 3.1.1.1: the descriptor's upper two bits tell how wide the size is; with bit 5 no window byte is there. */
function contentSize(frame: Buffer): number {
  const descriptor = frame[4]!;
  const at = descriptor & 0x20 ? 5 : 6;
  const width = descriptor >> 6;
  if (width === 1) return frame.readUInt16LE(at) + 256;
  return width === 0 ? frame[at]! : frame.readUInt32LE(at);
}
