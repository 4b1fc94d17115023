import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { LifeboatError } from '#platform/errors.ts';

/**
 * Undoes raw deflate as it is read, never ahead of its reader by more than zlib's own buffer. Throws
 * `archive-damaged` for what is not deflate, ends too early, or ends before all `packed` bytes are used.
 */
export async function* inflate(
  source: AsyncIterable<Uint8Array>,
  packed: number,
  where: string,
): AsyncGenerator<Uint8Array> {
  const input = Readable.from(source, { objectMode: false });
  const engine = createInflateRaw({ chunkSize: 2 ** 16 });
  input.on('error', (error) => engine.destroy(error));
  input.pipe(engine);
  try {
    yield* engine;
    if (engine.bytesWritten !== packed) throw new Error('bytes follow the end of the stream');
  } catch (cause) {
    if (cause instanceof LifeboatError || input.errored) throw cause;
    const what = cause instanceof Error ? cause.message : cause;
    throw new LifeboatError('archive-damaged', `${where} cannot be inflated: ${what}`, { cause });
  } finally {
    input.destroy();
    engine.destroy();
  }
}
