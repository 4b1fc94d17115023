import { LifeboatError } from './errors.ts';

/** Collects a stream that is known to be small. Throws `archive-hostile` once it passes `limit` bytes. */
export async function readAll(stream: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > limit) {
      throw new LifeboatError(
        'archive-hostile',
        `a member that should be small is larger than ${limit} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}
