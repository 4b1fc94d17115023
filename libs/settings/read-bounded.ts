import { readFile, stat } from 'node:fs/promises';
import { LifeboatError } from '#platform/errors.ts';

/** No conf or version file is larger; one that is must be something else. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Reads a small file whole. Throws the system's error if it cannot be opened, `read-failed` if it is no
 * regular file or over 4 MiB: a pipe would wait for ever, a device would never end.
 */
export async function readBounded(file: string, signal?: AbortSignal): Promise<Buffer> {
  signal?.throwIfAborted();
  const stats = await stat(file);
  if (!stats.isFile()) throw new LifeboatError('read-failed', `${file} is not a file`);
  if (stats.size > MAX_BYTES) {
    throw new LifeboatError(
      'read-failed',
      `${file} has ${stats.size} bytes, more than the ${MAX_BYTES} of a conf file`,
    );
  }
  return readFile(file, signal ? { signal } : {});
}
