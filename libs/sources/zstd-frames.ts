import type { Compression } from '#sources/source.ts';
import { type Frame, frameCompressor } from './frame-compressor.ts';
import { rechunk } from './rechunk.ts';

/** Uncompressed bytes of a frame: small enough that a few at work at once cost little memory. */
const FRAME = 2 ** 20;
/** Frames compressed at once, in the thread pool. */
const AT_ONCE = 3;

/**
 * Compresses a stream into independent zstd frames of 1 MiB each; `zstd -d` reads the result as one. `None`
 * (asked for where compressing is no choice, as for holes) takes level 1.
 */
export async function* zstdFrames(
  content: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncGenerator<Uint8Array> {
  const frames = frameCompressor(compression);
  const working: Promise<Frame>[] = [];
  try {
    for await (const chunk of rechunk(content, FRAME)) {
      const frame = frames.compress(chunk);
      // Awaited in order later; until then a failure must not count as unhandled.
      frame.catch(() => undefined);
      working.push(frame);
      if (working.length >= AT_ONCE) yield* (await (working.shift() as Promise<Frame>)).parts;
    }
    while (working.length > 0) yield* (await (working.shift() as Promise<Frame>)).parts;
  } finally {
    await Promise.allSettled(working);
    frames.close();
  }
}
