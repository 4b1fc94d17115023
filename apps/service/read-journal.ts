import { open } from 'node:fs/promises';
import { systemErrorCode } from '#platform/errors.ts';

/** Bytes of the end of a journal that are looked at; a line has some 100. */
const TAIL = 512 * 1024;

/** The last lines of a journal file, newest last; none if it is not there yet. */
export async function readJournal(path: string, limit: number): Promise<string[]> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL);
    const bytes = Buffer.alloc(size - start);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    const lines = bytes.toString('utf8', 0, bytesRead).split(/\r?\n/);
    return lines
      .slice(start > 0 ? 1 : 0)
      .filter((line) => line !== '')
      .slice(-limit);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
