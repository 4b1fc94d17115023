import { hash } from 'node:crypto';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { ZipArchive } from 'archiver';
import { LifeboatError } from '#platform/errors.ts';
import type { MemberContent, MemberRecord } from '#sources/source.ts';
import { meteredStream } from './metered-stream.ts';
import type { OutputFile } from './output-file.ts';
import { outputStream } from './output-stream.ts';
import { waitingRoom } from './waiting-room.ts';
import { dataDescriptor, extentOf, LOCAL_BYTES } from './zip-records.ts';

/** archiver in front of a file, one member after the other. */
export interface ZipOutput {
  /** Resolves when the member's bytes are in the file. Calls may overlap; they are served in order. */
  write(path: string, content: MemberContent, how: WriteHow): Promise<MemberRecord>;
  /** Writes the central directory, syncs and closes. */
  finish(): Promise<{ bytes: number }>;
  /** From here on everything rejects with this error; the first one stays. */
  fail(error: unknown): void;
  close(): Promise<void>;
}

export interface WriteHow {
  time: Date;
  deflate: boolean;
  signal: AbortSignal;
}

/** Bytes of stored buffers that archiver may hold before the next member is handed to it. */
const WINDOW = 8 * 2 ** 20;

export function openZipOutput(file: OutputFile): ZipOutput {
  const zip = new ZipArchive({ forceZip64: true, zlib: { level: 6 } });
  const room = waitingRoom();
  const output = outputStream(file, room.look);
  let source: Readable | undefined;
  /** Where the last member that archiver took ends. */
  let end = 0;
  let closed = false;

  function fail(error: unknown): void {
    if (!room.close(error)) return;
    source?.destroy();
    zip.destroy();
    output.stream.destroy();
  }
  zip.on('error', fail);
  zip.on('warning', fail);
  output.stream.on('error', fail);
  zip.pipe(output.stream);

  async function append(content: Buffer | Readable, path: string, how: WriteHow): Promise<void> {
    const taken = once(zip, 'entry');
    zip.append(content, { name: path, date: how.time, mode: 0o600, store: !how.deflate });
    await room.orClosed(taken);
  }

  /**
   * archiver does not tell how far deflate shrank a member, so its end is known by what stands there: a
   * descriptor with this CRC, this size, and the very number of bytes since its beginning.
   */
  async function deflatedEnd(path: string, content: { crc32: number; bytes: number }): Promise<number> {
    const data = end + LOCAL_BYTES + path.length;
    await room.until(() =>
      [16, 24].some((width) => {
        const packed = output.written() - data - width;
        if (packed <= 0) return false;
        const descriptor = dataDescriptor({ ...content, packed, descriptor: true });
        return output.tail().subarray(-width).equals(descriptor);
      }),
    );
    return output.written();
  }

  async function writeBuffer(path: string, content: Uint8Array, how: WriteHow): Promise<MemberRecord> {
    const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    const bytes = buffer.length;
    const sha256 = hash('sha256', buffer);
    const deflate = how.deflate && bytes > 0;
    const ownEnd = await room.inTurn(async () => {
      how.signal.throwIfAborted();
      await append(buffer, path, { ...how, deflate });
      end = deflate
        ? await deflatedEnd(path, { crc32: crc32(buffer), bytes })
        : extentOf({ path, bytes, packed: bytes, descriptor: false, offset: end }).end;
      await room.until(() => output.written() >= end - WINDOW);
      return end;
    });
    await room.until(() => output.written() >= ownEnd);
    return { path, bytes, sha256 };
  }

  async function firstOf(source: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
    try {
      return await room.orClosed(source.next());
    } catch (error) {
      // Whenever it wakes up, it is to close what it has open; nobody waits for that.
      void Promise.allSettled([source.return?.()]);
      throw error;
    }
  }

  async function writeStream(
    path: string,
    open: () => AsyncIterable<Uint8Array>,
    how: WriteHow,
  ): Promise<MemberRecord> {
    how.signal.throwIfAborted();
    const iterator = open()[Symbol.asyncIterator]();
    // Until its first byte is there, nothing of it is in the archive, and its failure is its own.
    const first = await firstOf(iterator);
    const metered = meteredStream(iterator, first, how.signal);
    source = metered.stream;
    source.on('error', fail);
    const stop = () => fail(how.signal.reason);
    how.signal.addEventListener('abort', stop, { once: true });
    try {
      await append(source, path, how);
      const { sha256, ...content } = metered.totals();
      end = how.deflate
        ? await deflatedEnd(path, content)
        : extentOf({ path, ...content, packed: content.bytes, descriptor: true, offset: end }).end;
      await room.until(() => output.written() >= end);
      return { path, bytes: content.bytes, sha256 };
    } finally {
      how.signal.removeEventListener('abort', stop);
      source = undefined;
    }
  }

  async function finish(): Promise<{ bytes: number }> {
    return await room.inTurn(async () => {
      await room.orClosed(Promise.all([once(output.stream, 'finish'), zip.finalize()]));
      closed = true;
      try {
        await room.orClosed(file.sync());
      } catch (error) {
        await file.discard();
        throw error;
      }
      await file.close();
      return { bytes: output.written() };
    });
  }

  return {
    write: (path, content, how) =>
      typeof content === 'function'
        ? room.inTurn(() => writeStream(path, content, how))
        : writeBuffer(path, content, how),
    finish,
    fail,
    async close() {
      if (closed) return;
      closed = true;
      fail(new LifeboatError('internal', `the archive ${file.path} was given up before it was complete`));
      await file.discard();
    },
  };
}
