import { currentFile, journalFile } from '#journal/journal-files.ts';
import { systemErrorCode } from '#platform/errors.ts';
import { readTail } from './read-tail.ts';

const BYTES = 500_000;

/**
 * The last lines of the journal, those of the file before included where it has just been begun. What hooks said is
 * left out: they are programs of others, and nobody knows what they print.
 */
export async function readJournalTail(folder: string): Promise<string> {
  return (await lastLines(folder)).replace(/( {2}hook \w+: \|).*/g, '$1 (what it said)');
}

async function lastLines(folder: string): Promise<string> {
  const current = await currentFile(folder);
  const tail = await readTail(current.path, BYTES);
  if (tail.length >= BYTES / 2 || current.number === 1) return tail;
  try {
    return (await readTail(journalFile(folder, current.number - 1, 0).path, BYTES / 2)) + tail;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return tail;
    throw error;
  }
}
