import { join } from 'node:path';
import { type WindowsLink, windowsLink } from '#platform/windows/windows-link.ts';
import { windowsSecurity } from '#platform/windows/windows-security.ts';
import { type BytePath, showPath } from '../byte-path.ts';
import { LONGEST_SDDL } from '../entries/file-entry.ts';
import type { NoteList } from '../note-list.ts';

/** What Windows knows of a file or folder and no other system does, as an entry has it. */
export interface WindowsFacts {
  /** Owner, group and access rights; without them where they could not be read, which is noted. */
  rights(path: BytePath): { sddl?: string };
  link(path: BytePath): { windows?: WindowsLink };
}

/** Of what lies below `root`. Nothing but on Windows. The calls are synchronous: one takes 50 µs. */
export async function windowsFacts(root: string, notes: NoteList): Promise<WindowsFacts> {
  const security = await windowsSecurity();
  const kindOf = await windowsLink();
  if (security === undefined || kindOf === undefined) return { rights: () => ({}), link: () => ({}) };
  const place = (path: BytePath): string => join(root, showPath(path));
  return {
    rights(path) {
      const read = security.read(place(path));
      if ('sddl' in read && Buffer.byteLength(read.sddl) <= LONGEST_SDDL) return read;
      const why = 'sddl' in read ? 'there are too many' : `Windows error ${read.status}`;
      notes.add('lossy', place(path), `saved without its access rights: ${why}`);
      return {};
    },
    link(path) {
      const windows = kindOf(place(path));
      return windows === undefined ? {} : { windows };
    },
  };
}
