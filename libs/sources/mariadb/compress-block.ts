import { constants, zstdCompress } from 'node:zlib';
import type { Compression } from '#sources/source.ts';

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
      // One output buffer for all: each further one would be a round through the thread pool.
      { params, pledgedSrcSize: block.length, chunkSize: worstCase(block.length) },
      (error, frame) => (error ? reject(error) : resolve(frame)),
    );
  });
}

/** ZSTD_compressBound, with room for the frame's own bytes. */
function worstCase(bytes: number): number {
  return bytes + (bytes >> 8) + 1024;
}
