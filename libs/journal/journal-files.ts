import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';

/** FD-12: after the file of this number comes that of number 1 again. */
export const LAST_NUMBER = 999;

/** Not blocking: a pipe that somebody put there is opened at once and has nothing to say. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** One file of the journal. */
export interface JournalFile {
  path: string;
  /** 1 to 999, as its name says. */
  number: number;
  /** Goes up without end; of all files the one with the highest is being written to. */
  sequence: number;
}

/** FD-11: the journal is called so in every product of the field. */
export function journalFile(folder: string, number: number, sequence: number): JournalFile {
  const digits = String(number).padStart(3, '0');
  return { path: join(folder, `Backup Journal[${digits}].txt`), number, sequence };
}

/** The first line of a file that was begun because the one before had become too large. */
export function firstLine(file: JournalFile, before: JournalFile): string {
  return `journal ${file.sequence} begins; before it: Backup Journal[${String(before.number).padStart(3, '0')}].txt`;
}

/**
 * The file that the journal is written to. It is told by what the files themselves say in their first lines, not by
 * their times, which copying changes and a clock that was set back turns round. `known`: what it was before.
 */
export async function currentFile(folder: string, known?: JournalFile): Promise<JournalFile> {
  if (known !== undefined && !(await isFollowed(folder, known))) return known;
  let current = journalFile(folder, 1, 1);
  for (const number of await numbersIn(folder)) {
    const sequence = (await sequenceOf(folder, number)) ?? 0;
    if (sequence > current.sequence) current = journalFile(folder, number, sequence);
  }
  return current;
}

async function isFollowed(folder: string, { number, sequence }: JournalFile): Promise<boolean> {
  return ((await sequenceOf(folder, (number % LAST_NUMBER) + 1)) ?? 0) > sequence;
}

async function numbersIn(folder: string): Promise<number[]> {
  try {
    const names = await readdir(folder);
    return names.flatMap((name) => /^Backup Journal\[(\d{3})\]\.txt$/.exec(name)?.[1] ?? []).map(Number);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Undefined if there is no such file; its number for one that says nothing of it, as the first one does. */
async function sequenceOf(folder: string, number: number): Promise<number | undefined> {
  try {
    await using file = await open(journalFile(folder, number, 0).path, FLAGS);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(100), 0, 100, 0);
    const head = buffer.toString('utf8', 0, bytesRead);
    const sequence = /^[\d-]{10} [\d:]{8} {2}journal (\d{1,12}) begins;/.exec(head)?.[1];
    return Number(sequence ?? number);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    return code === 'ENOENT' ? undefined : number;
  }
}
