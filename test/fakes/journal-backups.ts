/** A program that journals twelve entries of 1 MB, and looks before each, as before a backup, whether it is too large: FOLDER LETTER */
import { openJournal } from '#journal/journal.ts';
import { systemClock } from '#platform/clock.ts';

const [folder, letter] = process.argv.slice(2) as [string, string];
const journal = openJournal(folder, systemClock());
for (let i = 0; i < 12; i += 1) {
  await journal.rotate();
  await journal.write([`${letter}${i} ${letter.repeat(1_000_000)}`]);
}
