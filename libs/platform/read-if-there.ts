import { readFile } from 'node:fs/promises';
import { systemErrorCode } from './errors.ts';

/** The text of a file; undefined if there is none. Rejects with the system's error for anything else. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
