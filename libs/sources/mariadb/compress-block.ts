import { constants, zstdCompress } from 'node:zlib';
import type { Compression } from '#sources/source.ts';

/** Room for what most blocks shrink to; for more of it a block goes through the pool once more. */
const OUTPUT = 384 << 10;

/**
 * One block of row text as an independent zstd frame with its size and a checksum, made in the thread pool.
 * The format knows rows only as zstd, so `None` means its fastest level, the same as `Fast`.
 */
export function compressBlock(block: Uint8Array, compression: Compression): Promise<Buffer> {
  const params = {
    [constants.ZSTD_c_compressionLevel]: compression === 'Compact' ? 9 : 1,
    [constants.ZSTD_c_checksumFlag]: 1,
  };
  return new Promise((resolve, reject) => {
    zstdCompress(
      block,
      { params, pledgedSrcSize: block.length, chunkSize: Math.min(OUTPUT, 1024 + 2 * block.length) },
      (error, frame) => (error ? reject(error) : resolve(frame)),
    );
  });
}
