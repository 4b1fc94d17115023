import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { systemErrorCode } from '#platform/errors.ts';

/** Whether a text file has this very line; a file that is not there, or no plain file, has none. Reads piece by piece. */
export async function holdsLine(path: string, wanted: string): Promise<boolean> {
  if (!(await isPlainFile(path))) return false;
  let rest = '';
  for await (const piece of createReadStream(path, 'utf8')) {
    const lines = (rest + piece).split(/\r?\n/);
    rest = lines.pop() ?? '';
    if (lines.includes(wanted)) return true;
  }
  return false;
}

async function isPlainFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
