import { constants, createZstdCompress } from 'node:zlib';
import { freeMemory } from '#platform/free-memory.ts';
import type { Compression } from './source.ts';

/** Makes independent zstd frames, each with its size and a checksum, in the thread pool. */
export interface FrameCompressor {
  /** The frame of one block. Calls may overlap. `block` must stay as it is until the frame is there. */
  compress(block: Uint8Array): Promise<Frame>;
  /** Frees the memory of the contexts. Nothing may be at work. */
  close(): void;
}

export interface Frame {
  readonly parts: readonly Uint8Array[];
  /** Of all parts. */
  readonly bytes: number;
  /** Nobody looks at the parts any more: their memory is freed. Without it the collector does that some day. */
  done(): void;
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
      const frame = await context.compress(block);
      // One that failed is not used again.
      idle.push(context);
      return frame;
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
  const memory = partMemory();
  let parts: Buffer[] = [];
  stream.on('data', (part: Buffer) => {
    memory.use(part);
    parts.push(part);
  });
  // The write that failed rejects.
  stream.on('error', () => undefined);
  return {
    compress: (block) =>
      new Promise((resolve, reject) => {
        stream.write(block, (error) => {
          if (error) return reject(error);
          resolve(frameOf(parts, memory.release));
          parts = [];
        });
      }),
    close: () => void stream.destroy(),
  };
}

function frameOf(parts: readonly Buffer[], release: (part: Buffer) => void): Frame {
  return {
    parts,
    bytes: parts.reduce((sum, part) => sum + part.length, 0),
    done: () => parts.forEach(release),
  };
}

/** zlib cuts parts, of one frame or of several, from pieces of memory front to back. A piece is free with its last part. */
function partMemory(): { use(part: Buffer): void; release(part: Buffer): void } {
  const pieces = new WeakMap<ArrayBufferLike, { used: number; full: boolean }>();
  return {
    use(part) {
      const used = (pieces.get(part.buffer)?.used ?? 0) + 1;
      pieces.set(part.buffer, { used, full: part.byteOffset + part.length === part.buffer.byteLength });
    },
    release({ buffer }) {
      const piece = pieces.get(buffer);
      if (!piece) return;
      piece.used -= 1;
      if (piece.used === 0 && piece.full) freeMemory(buffer);
    },
  };
}
