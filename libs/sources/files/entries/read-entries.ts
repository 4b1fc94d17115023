import { LifeboatError } from '#platform/errors.ts';
import type { MemberReader } from '#sources/restore-target.ts';
import { ENTRY_LIST, type FileEntry, parseEntry } from './file-entry.ts';

/** Two paths of 4 KiB, each as text and as hex digits, and the rest. */
const LONGEST_LINE = 64 * 1024;

/** The entries of a component, one at a time. Throws `archive-damaged` and `archive-hostile`. */
export async function* readEntries(
  archive: MemberReader,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<FileEntry> {
  let rest = Buffer.alloc(0);
  for await (const chunk of archive.open(`${prefix}/${ENTRY_LIST}`, signal)) {
    const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      yield parseEntry(bytes.toString('utf8', start, end));
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > LONGEST_LINE) throw damaged(`a line of more than ${LONGEST_LINE} bytes`);
  }
  if (rest.length > 0) throw damaged('its last line is cut');
}

function damaged(why: string): LifeboatError {
  return new LifeboatError('archive-damaged', `${ENTRY_LIST} breaks the format: ${why}`);
}
