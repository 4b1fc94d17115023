import { stat } from 'node:fs/promises';
import { EOL } from 'node:os';
import { basename, join } from 'node:path';
import prettyBytes from 'pretty-bytes';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { systemErrorCode } from '#platform/errors.ts';
import { lockFile } from '#platform/lock-file.ts';
import { appendLines } from './append-lines.ts';
import { currentFile, firstLine, journalFile, LAST_NUMBER } from './journal-files.ts';

/** FD-12. */
const LARGEST = 10 * 1024 * 1024;

/**
 * Closes a journal of more than 10 MB: the next lines go to the file of the next number, after 999 to that of
 * number 1 again, whose old lines go. Programs that find it too large at the same time begin one new file between
 * them; a crash between two steps leaves both files whole and the old or the new one in use.
 */
export async function rotateJournal(folder: string, stamp: (line: string) => string): Promise<void> {
  if ((await sizeOf((await currentFile(folder)).path)) <= LARGEST) return;
  using held = await lockFile(join(folder, '.journal.lock'));
  if (held === undefined) return;
  const current = await currentFile(folder);
  const size = await sizeOf(current.path);
  if (size <= LARGEST) return;
  const next = journalFile(folder, (current.number % LAST_NUMBER) + 1, current.sequence + 1);
  await writeFileAtomic(next.path, stamp(firstLine(next, current)) + EOL);
  const line = `journal closed at ${prettyBytes(size)}; it goes on in ${basename(next.path)}`;
  await appendLines(current.path, [stamp(line)], { sync: true });
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}
