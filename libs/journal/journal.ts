import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#platform/clock.ts';
import { privateFolder } from '#platform/private-folder.ts';

/** Line-by-line record of everything both programs did, readable in any editor. */
export interface Journal {
  readonly path: string;
  /** Appends lines, each with date and time, in one write, so that two programs never mix within a line. */
  write(lines: readonly string[]): Promise<void>;
}

/** FD-11: the journal is called so in every destination of the field. */
const JOURNAL_NAME = 'Backup Journal[001].txt';

export function openJournal(folder: string, clock: Clock): Journal {
  const path = join(folder, JOURNAL_NAME);
  return {
    path,
    async write(lines) {
      await privateFolder(folder);
      const stamp = clock.now().toZonedDateTimeISO(clock.zone()).toPlainDateTime();
      const time = stamp.toString({ smallestUnit: 'second' }).replace('T', ' ');
      const text = lines.map((line) => `${time}  ${oneLine(line)}\n`).join('');
      await appendFile(path, text, { mode: 0o600 });
    },
  };
}

/** A line break in a file's name must not look like a journal line of its own. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
}
