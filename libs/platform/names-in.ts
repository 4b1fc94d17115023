import { readdir } from 'node:fs/promises';
import { systemErrorCode } from './errors.ts';

/** The names in a folder; none where there is no such folder. Rejects with the system's error for anything else. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
