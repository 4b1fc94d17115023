/** A program that writes ten long entries to a journal: FOLDER LETTER. An entry is longer than 512 KiB. */
import { openJournal } from '#journal/journal.ts';
import { systemClock } from '#platform/clock.ts';

const [folder, letter] = process.argv.slice(2) as [string, string];
const journal = openJournal(folder, systemClock());
for (let i = 0; i < 10; i += 1) {
  const body = Array.from({ length: 30 }, () => letter.repeat(30_000));
  await journal.write([`begin ${letter}`, ...body, `end ${letter}`]);
}
