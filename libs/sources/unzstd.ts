import { pipeline, Readable } from 'node:stream';
import { constants, createZstdDecompress } from 'node:zlib';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';

/** Our frames are of 1 MiB; a frame that asks for much more memory than that is not ours. */
const LARGEST_WINDOW_LOG = 23;
const OUTPUT_CHUNK = 256 * 1024;

/**
 * Decompresses zstd frames that follow one another. Throws `archive-damaged` for bytes that are no zstd, are
 * cut, or hold more than `limit` bytes: what a member unpacks to is known before, so more is a bomb.
 */
export async function* unzstd(
  compressed: AsyncIterable<Uint8Array>,
  limit: number,
  what: string,
): AsyncGenerator<Buffer> {
  const output = createZstdDecompress({
    chunkSize: OUTPUT_CHUNK,
    params: { [constants.ZSTD_d_windowLogMax]: LARGEST_WINDOW_LOG },
  });
  // The callback is only there because pipeline wants one: errors arrive by iterating the output.
  pipeline(Readable.from(compressed, { objectMode: true }), output, () => undefined);
  let bytes = 0;
  try {
    for await (const chunk of output as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limit) {
        throw new LifeboatError('archive-damaged', `${what} unpacks to more than its ${limit} bytes`);
      }
      yield chunk;
    }
  } catch (cause) {
    if (!isZstdError(cause)) throw cause;
    throw new LifeboatError('archive-damaged', `${what} cannot be decompressed: ${cause.message}`, { cause });
  } finally {
    output.destroy();
  }
}

function isZstdError(error: unknown): error is Error {
  return /^(ZSTD_|Z_BUF_ERROR|Z_DATA_ERROR)/.test(systemErrorCode(error) ?? '');
}
