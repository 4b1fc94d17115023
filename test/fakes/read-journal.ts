import { readFile } from 'node:fs/promises';

/** The lines of a journal's file; an end that is missing is a last line of its own. */
export async function readJournal(path: string): Promise<string[]> {
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
