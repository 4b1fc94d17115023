import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';
import { LifeboatError } from '#platform/errors.ts';
import type { RandomAccess } from './archive.ts';

/** The central directory's reader: yauzl reads it field by field, the archive is read in pieces of 256 KiB. */
export interface WindowedReader {
  readonly yauzl: RandomAccessReader;
  bytes(position: number, length: number): Promise<Uint8Array>;
  /** True after the signal ended a read. */
  stopped(): boolean;
}

const WINDOW = 256 * 1024;

/** Throws what the access throws; to read past the end is `archive-damaged`. Closing it leaves the access open. */
export function windowedReader(access: RandomAccess, signal: AbortSignal): WindowedReader {
  let start = 0;
  let window: Uint8Array = new Uint8Array();

  async function bytes(position: number, length: number): Promise<Uint8Array> {
    if (position + length > access.size) {
      throw new LifeboatError(
        'archive-damaged',
        `${access.name ?? 'the archive'} is damaged: its directory does not end where it should`,
      );
    }
    if (position < start || position + length > start + window.length) {
      const whole = Math.max(length, Math.min(WINDOW, access.size - position));
      window = await access.read(position, whole, signal);
      start = position;
    }
    return window.subarray(position - start, position - start + length);
  }

  // A plain object with yauzl's own prototype: what it calls is replaced, its counting of users is kept.
  const yauzl: RandomAccessReader = Object.assign(Object.create(RandomAccessReader.prototype), {
    refCount: 0,
    read(
      buffer: Buffer,
      offset: number,
      length: number,
      position: number,
      done: (error: unknown, bytesRead?: number) => void,
    ) {
      bytes(position, length).then((found) => {
        buffer.set(found, offset);
        done(null, length);
      }, done);
    },
    _readStreamForRange: (from: number, to: number) => Readable.from(piece(from, to)),
  });

  async function* piece(from: number, to: number): AsyncGenerator<Uint8Array> {
    yield await bytes(from, to - from);
  }

  return { yauzl, bytes, stopped: () => signal.aborted };
}
