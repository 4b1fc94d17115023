import { open } from 'node:fs/promises';
import { currentFile, journalFile, LAST_NUMBER } from '#journal/journal-files.ts';
import { systemErrorCode } from '#platform/errors.ts';

/** Bytes of a journal that are looked at in one go; a line has some 100. */
const PIECE = 512 * 1024;

/** A place between two lines of a journal: those before the byte `offset` of the file `number`; its end without. */
export interface JournalPlace {
  number: number;
  offset?: number | undefined;
}

export interface JournalPage {
  /** Newest last. */
  lines: string[];
  /** Where the lines before these end; undefined where there are none. */
  before: JournalPlace | undefined;
}

/**
 * At most `limit` lines of a journal, the last ones or those before a place, through all the files that it was cut
 * into. A page may have fewer lines, also none, although there are more before it. A file that is not there, or was
 * begun anew since the place in it was told, has no lines.
 */
export async function readJournal(
  folder: string,
  { limit, before }: { limit: number; before?: JournalPlace | undefined },
): Promise<JournalPage> {
  const { number: newest } = await currentFile(folder);
  const place = before ?? { number: newest };
  const { lines, start } = await linesBefore(folder, place, limit);
  if (start > 0) return { lines, before: { number: place.number, offset: start } };
  const number = place.number === 1 ? LAST_NUMBER : place.number - 1;
  const isOver = number === newest || !(await isThere(folder, number));
  return { lines, before: isOver ? undefined : { number } };
}

async function linesBefore(
  folder: string,
  { number, offset }: JournalPlace,
  limit: number,
): Promise<{ lines: string[]; start: number }> {
  try {
    await using file = await open(journalFile(folder, number, 0).path, 'r');
    const { size } = await file.stat();
    const end = Math.min(offset ?? size, size);
    const start = Math.max(0, end - PIECE);
    const bytes = Buffer.alloc(end - start);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    return linesAtEnd(bytes.subarray(0, bytesRead), start, limit);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return { lines: [], start: 0 };
    throw error;
  }
}

const NEWLINE = 0x0a;

/** Counted in bytes, since that is what a place is; `start`: where the first of the lines begins. */
function linesAtEnd(bytes: Buffer, from: number, limit: number): { lines: string[]; start: number } {
  const lines: string[] = [];
  let end = bytes.at(-1) === NEWLINE ? bytes.length - 1 : bytes.length;
  let start = bytes.length;
  while (lines.length < limit && start > 0) {
    const newline = end > 0 ? bytes.lastIndexOf(NEWLINE, end - 1) : -1;
    // The first line of a piece may be the end of one: it is read with the piece before, if it does not fill this one.
    if (newline < 0 && from > 0 && lines.length > 0) break;
    start = end === 0 ? 0 : newline + 1;
    const line = bytes.toString('utf8', start, end).replace(/\r$/, '');
    if (line !== '') lines.unshift(line);
    end = newline;
  }
  return { lines, start: from + start };
}

async function isThere(folder: string, number: number): Promise<boolean> {
  try {
    await using _file = await open(journalFile(folder, number, 0).path, 'r');
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
