import { InvalidArgumentError } from 'commander';
import { oneLine } from '#platform/one-line.ts';

const LONGEST_NOTE = 200;

/** Reads the word why an archive is kept; it stands in one line of the list. */
export function noteText(text: string): string {
  const note = oneLine(text).trim();
  if (note !== '' && note.length <= LONGEST_NOTE) return note;
  throw new InvalidArgumentError(`a note has 1 to ${LONGEST_NOTE} characters`);
}
