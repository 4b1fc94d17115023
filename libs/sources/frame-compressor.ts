import { constants, createZstdCompress } from 'node:zlib';
import type { Compression } from './source.ts';

/** Makes independent zstd frames, each with its size and a checksum, in the thread pool. */
export interface FrameCompressor {
  /**
   * The frame of one block, in parts that nobody uses again. Calls may overlap. `block` must stay as it is
   * until the frame is there.
   */
  compress(block: Uint8Array): Promise<Buffer[]>;
  /** Frees the memory of the contexts. Nothing may be at work. */
  close(): void;
}

/** Bytes of a part at most: more of them cost a way through the pool each, larger ones memory. */
const PART = 256 << 10;

/**
 * As many contexts as calls overlap, used again and again: one for each block cost as much time in the
 * collector as in compressing. `None` (asked for where compressing is no choice) takes level 1, as `Fast`.
 */
export function frameCompressor(compression: Compression): FrameCompressor {
  const all: FrameContext[] = [];
  const idle: FrameContext[] = [];
  const another = (): FrameContext => {
    const context = frameContext(compression === 'Compact' ? 9 : 1);
    all.push(context);
    return context;
  };
  return {
    async compress(block) {
      const context = idle.pop() ?? another();
      const parts = await context.compress(block);
      // One that failed is not used again.
      idle.push(context);
      return parts;
    },
    close() {
      for (const context of all) context.close();
    },
  };
}

type FrameContext = FrameCompressor;

function frameContext(level: number): FrameContext {
  const stream = createZstdCompress({
    params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 },
    // Each write ends its frame; since it brings the whole block, zstd knows its size and records it.
    flush: constants.ZSTD_e_end,
    chunkSize: PART,
  });
  let parts: Buffer[] = [];
  stream.on('data', (part: Buffer) => parts.push(part));
  // The write that failed rejects.
  stream.on('error', () => undefined);
  return {
    compress: (block) =>
      new Promise((resolve, reject) => {
        stream.write(block, (error) => {
          if (error) return reject(error);
          resolve(parts);
          parts = [];
        });
      }),
    close: () => void stream.destroy(),
  };
}
