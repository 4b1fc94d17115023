import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#platform/clock.ts';
import { oneLine } from '#platform/one-line.ts';
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
      await append(path, lines.map((line) => `${time}  ${oneLine(line)}\n`).join(''));
    },
  };
}

async function append(path: string, text: string): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    await writeAtOnce(file, Buffer.from(text));
  } finally {
    await file.close();
  }
}

/** appendFile cuts at 512 KiB, where another program's line could come between; only a full disk cuts here. */
async function writeAtOnce(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}
