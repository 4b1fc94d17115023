import { randomBytes } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type Frame, frameCompressor } from '#sources/frame-compressor.ts';

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

test('memory of frames that are done is freed, and nothing of a frame that is not', async () => {
  const compressor = frameCompressor('Fast');
  const block = randomBytes(MIB);
  const frames: Frame[] = [];
  // One after the other, so that all come from one context and share pieces of memory.
  for (let i = 0; i < 6; i++) frames.push(await compressor.compress(block));
  const kept = frames.filter((_, i) => i % 2 === 0);
  for (const frame of frames) if (!kept.includes(frame)) frame.done();
  for (const frame of kept) expect(zstdDecompressSync(joined(frame)).equals(block)).toBe(true);
  const freed = frames.flatMap(({ parts }) => parts).filter(({ buffer }) => buffer.byteLength === 0);
  expect(freed.length).toBeGreaterThan(0);
  for (const frame of kept) frame.done();
  const left = frames.flatMap(({ parts }) => parts).filter(({ buffer }) => buffer.byteLength > 0);
  // Those in the piece that the next frame will go on in.
  expect(new Set(left.map(({ buffer }) => buffer)).size).toBeLessThanOrEqual(1);
  compressor.close();
});

function joined({ parts }: Frame): Buffer {
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
