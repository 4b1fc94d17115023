import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';

/** A stream for archiver that knows what has gone through it. */
export interface MeteredStream {
  readonly stream: Readable;
  /** Of everything the source gave; once, after the stream has ended. */
  totals(): { bytes: number; sha256: string; crc32: number };
}

/** Reads at most 1 MiB (or one chunk) ahead; destroying it ends the source. `first` was taken from it already. */
export function meteredStream(
  source: AsyncIterator<Uint8Array>,
  first: IteratorResult<Uint8Array>,
  signal: AbortSignal,
): MeteredStream {
  const sha256 = createHash('sha256');
  let bytes = 0;
  let crc = 0;

  async function* metered(): AsyncGenerator<Buffer> {
    try {
      for (let next = first; !next.done; next = await source.next()) {
        signal.throwIfAborted();
        const chunk = next.value;
        // An empty chunk would stall a byte stream.
        if (chunk.length === 0) continue;
        sha256.update(chunk);
        crc = crc32(chunk, crc);
        bytes += chunk.length;
        yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      }
    } finally {
      await source.return?.();
    }
  }

  return {
    stream: Readable.from(metered(), { objectMode: false, highWaterMark: 2 ** 20 }),
    totals: () => ({ bytes, sha256: sha256.digest('hex'), crc32: crc }),
  };
}
