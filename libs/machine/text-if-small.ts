import { open } from 'node:fs/promises';
import { systemErrorCode } from '#platform/errors.ts';

/** A configuration file that a person writes is smaller. */
const LARGEST = 256 * 1024;

/** The text of a small file; undefined for any other, and for one that cannot be read. */
export async function textIfSmall(path: string): Promise<string | undefined> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    if (size > LARGEST) return undefined;
    const text = (await file.readFile()).toString('utf8');
    return text.includes('\0') ? undefined : text;
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}
