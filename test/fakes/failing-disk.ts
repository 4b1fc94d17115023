import { open } from 'node:fs/promises';
import { type OutputFile, openOutputFile } from '#archive/output-file.ts';

export interface FailingDisk {
  openFile(path: string): Promise<OutputFile>;
  /** How often the fault struck. */
  fired(): number;
  /** Handles that are still open. */
  open(): number;
}

export interface Fault {
  /**
   * Which call fails: the write that passes this many bytes, the early sync, the last
   * one, the close; or `hang`: that write never ends.
   */
  in: 'write' | 'datasync' | 'sync' | 'close' | 'hang';
  after?: number;
  code?: string;
}

/** A real file on a disk that fills up at a chosen byte, the way a real one does: first a short write, then the error. */
export function failingDisk(fault: Fault): FailingDisk {
  let fired = 0;
  let opened = 0;
  const error = () => {
    fired += 1;
    const code = fault.code ?? 'ENOSPC';
    return Object.assign(new Error(`${code}: injected`), { code });
  };

  async function openHandle(path: string, flags: string, mode: number) {
    const handle = await open(path, flags, mode);
    opened += 1;
    let left = fault.in === 'write' || fault.in === 'hang' ? (fault.after ?? 0) : Number.POSITIVE_INFINITY;
    return {
      async writev<Buffers extends readonly NodeJS.ArrayBufferView[]>(
        buffers: Buffers,
        position?: number | null,
      ) {
        const whole = Buffer.concat(buffers.map((b) => Buffer.from(b.buffer, b.byteOffset, b.byteLength)));
        const room = Math.min(left, whole.length);
        if (room === 0 && whole.length > 0) {
          if (fault.in !== 'hang') throw error();
          fired += 1;
          await new Promise(() => {});
        }
        left -= room;
        await handle.write(whole, 0, room, position);
        return { bytesWritten: room, buffers };
      },
      async datasync() {
        if (fault.in === 'datasync') throw error();
        await handle.datasync();
      },
      async sync() {
        if (fault.in === 'sync') throw error();
        await handle.sync();
      },
      truncate: (bytes?: number) => handle.truncate(bytes),
      async close() {
        opened -= 1;
        await handle.close();
        if (fault.in === 'close') throw error();
      },
    };
  }

  return {
    openFile: (path) => openOutputFile(path, openHandle),
    fired: () => fired,
    open: () => opened,
  };
}
