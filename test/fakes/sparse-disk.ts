import { open } from 'node:fs/promises';
import { type OutputFile, openOutputFile } from '#archive/output-file.ts';

const ZEROS = Buffer.alloc(2 ** 20);

/** A real file in which zeros take no room, for archives of many gigabytes. */
export async function sparseDisk(path: string): Promise<OutputFile> {
  return await openOutputFile(path, async (path, flags, mode) => {
    const handle = await open(path, flags, mode);
    let end = 0;
    return {
      async writev<Buffers extends readonly NodeJS.ArrayBufferView[]>(
        buffers: Buffers,
        position?: number | null,
      ) {
        let at = position ?? end;
        let bytesWritten = 0;
        for (const view of buffers) {
          const buffer = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
          if (!isZero(buffer)) await handle.write(buffer, 0, buffer.length, at);
          at += buffer.length;
          bytesWritten += buffer.length;
        }
        end = Math.max(end, at);
        return { bytesWritten, buffers };
      },
      datasync: () => handle.datasync(),
      async sync() {
        await handle.truncate(end);
        await handle.sync();
      },
      truncate: (bytes?: number) => handle.truncate(bytes),
      close: () => handle.close(),
    };
  });
}

function isZero(buffer: Buffer): boolean {
  for (let at = 0; at < buffer.length; at += ZEROS.length) {
    const piece = buffer.subarray(at, at + ZEROS.length);
    if (!piece.equals(ZEROS.subarray(0, piece.length))) return false;
  }
  return true;
}
