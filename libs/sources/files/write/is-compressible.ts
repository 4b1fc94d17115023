import { constants, zstdCompressSync } from 'node:zlib';

/** Worth it from a tenth on: pictures, films and archives gain nothing and would only take time at a restore. */
const WORTH = 0.9;
const TOO_SHORT = 128;

/** Tries it on a sample of at most some 128 KiB: half a millisecond. */
export function isCompressible(sample: Uint8Array): boolean {
  if (sample.length < TOO_SHORT) return false;
  const packed = zstdCompressSync(sample, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  return packed.length < sample.length * WORTH;
}
