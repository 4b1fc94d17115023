import { type FileHandle, open } from 'node:fs/promises';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import type { RandomAccess } from './archive.ts';

/**
 * Opens a local file for reading anywhere in it. Its size is fixed at this moment: a file that shrinks
 * afterwards gives `archive-cut`. Throws `archive-missing` if there is no such file, else `read-failed`.
 */
export async function fileAccess(path: string): Promise<RandomAccess> {
  const handle = await openFile(path);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new LifeboatError('archive-missing', `${path} is not a file`, { hint: LOOK });
    return {
      size: stat.size,
      name: path,
      modified: Temporal.Instant.fromEpochMilliseconds(Math.floor(stat.mtimeMs)),
      read: (position, length, signal, memory) =>
        readExactly({ handle, path }, position, memory?.subarray(0, length) ?? length, signal),
      [Symbol.asyncDispose]: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

const LOOK = 'look at the path; lifeboat list shows the archives';

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new LifeboatError('archive-missing', `there is no file ${path}`, { hint: LOOK, cause });
    }
    throw readError(path, cause);
  }
}

async function readExactly(
  file: { handle: FileHandle; path: string },
  position: number,
  into: Uint8Array | number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const buffer = typeof into === 'number' ? Buffer.allocUnsafeSlow(into) : into;
  const { length } = buffer;
  for (let got = 0; got < length; ) {
    signal?.throwIfAborted();
    const { bytesRead } = await readSome(file, buffer, got, position + got);
    if (bytesRead === 0) {
      throw new LifeboatError(
        'archive-cut',
        `${file.path} ends at byte ${position + got}, ${position + length} are needed`,
      );
    }
    got += bytesRead;
  }
  return buffer;
}

async function readSome(
  file: { handle: FileHandle; path: string },
  buffer: Uint8Array,
  offset: number,
  position: number,
): Promise<{ bytesRead: number }> {
  try {
    return await file.handle.read(buffer, offset, buffer.length - offset, position);
  } catch (cause) {
    throw readError(file.path, cause);
  }
}

function readError(path: string, cause: unknown): LifeboatError {
  return new LifeboatError('read-failed', `cannot read ${path}: ${systemErrorCode(cause) ?? cause}`, {
    cause,
  });
}
