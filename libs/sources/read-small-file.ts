import { type BigIntStats, close, constants, fstat, open, read } from 'node:fs';

/** Files up to this size are read whole, several ahead of the one being written. */
export const SMALL_FILE = 256 * 1024;

export interface SmallFile {
  /** Of the opened file, before it was read. */
  stat: BigIntStats;
  bytes: Buffer;
  /** In words, if it was not the same file from beginning to end. */
  changed: string | undefined;
}

/** No link is followed, and a pipe that took the file's place is not waited for. */
export const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a whole small file, taken up to its size at open and at most to `limit`, which only a file that grew
 * since it was listed exceeds. Rejects with the system's error.
 * The callback calls cost half of what file handles do, which counts with 300,000 files.
 */
export function readSmallFile(path: Buffer | string, limit: number): Promise<SmallFile> {
  return new Promise((resolve, reject) => {
    open(path, OPEN_FLAGS, (error, fd) => {
      if (error) return reject(error);
      readOpen(fd, limit, (failure, file) =>
        close(fd, (closing) =>
          failure || closing ? reject(failure ?? closing) : resolve(file as SmallFile),
        ),
      );
    });
  });
}

type Done = (error: Error | null, file?: SmallFile) => void;

function readOpen(fd: number, limit: number, done: Done): void {
  fstat(fd, { bigint: true }, (error, stat) => {
    if (error) return done(error);
    if (!stat.isFile()) return done(Object.assign(new Error('no longer a file'), { code: 'ENOENT' }));
    const size = Math.min(Number(stat.size), limit);
    readUpTo(fd, Buffer.allocUnsafeSlow(size), 0, (failure, bytes) => {
      if (failure || !bytes) return done(failure);
      fstat(fd, { bigint: true }, (later, after) => {
        if (later) return done(later);
        done(null, { stat, bytes, changed: changeBetween(stat, after, bytes.length) });
      });
    });
  });
}

function readUpTo(
  fd: number,
  buffer: Buffer,
  filled: number,
  done: (error: Error | null, bytes?: Buffer) => void,
): void {
  if (filled === buffer.length) {
    done(null, buffer);
    return;
  }
  read(fd, buffer, filled, buffer.length - filled, filled, (error, count) => {
    if (error) done(error);
    else if (count === 0) done(null, buffer.subarray(0, filled));
    else readUpTo(fd, buffer, filled + count, done);
  });
}

/** Says how a file changed between two looks at it, or undefined if it did not. */
export function changeBetween(before: BigIntStats, after: BigIntStats, read: number): string | undefined {
  if (BigInt(read) < before.size && BigInt(read) < after.size) {
    return `grew to ${after.size} bytes; saved up to ${read}`;
  }
  if (BigInt(read) < before.size) return `shrank from ${before.size} to ${read} bytes`;
  if (after.size > before.size)
    return `grew from ${before.size} to ${after.size} bytes; saved up to the first`;
  if (after.size < before.size) return `shrank from ${before.size} to ${after.size} bytes`;
  if (after.mtimeNs !== before.mtimeNs) return 'was written to';
  return undefined;
}
