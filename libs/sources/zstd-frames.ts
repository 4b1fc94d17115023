import { constants, zstdCompress } from 'node:zlib';
import type { Compression } from '#sources/source.ts';
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
): AsyncGenerator<Buffer> {
  const level = compression === 'Compact' ? 9 : 1;
  const working: Promise<Buffer>[] = [];
  try {
    for await (const chunk of rechunk(content, FRAME)) {
      working.push(compressFrame(chunk, level));
      if (working.length >= AT_ONCE) yield await (working.shift() as Promise<Buffer>);
    }
    while (working.length > 0) yield await (working.shift() as Promise<Buffer>);
  } finally {
    await Promise.allSettled(working);
  }
}

function compressFrame(chunk: Uint8Array, level: number): Promise<Buffer> {
  const params = {
    [constants.ZSTD_c_compressionLevel]: level,
    [constants.ZSTD_c_checksumFlag]: 1,
    [constants.ZSTD_c_contentSizeFlag]: 1,
  };
  const frame = new Promise<Buffer>((resolve, reject) => {
    zstdCompress(chunk, { params, pledgedSrcSize: chunk.length }, (error, result) =>
      error ? reject(error) : resolve(result),
    );
  });
  // Awaited in order later; until then a failure must not count as unhandled.
  frame.catch(() => undefined);
  return frame;
}
