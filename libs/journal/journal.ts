import type { Clock } from '#platform/clock.ts';
import { localTime } from '#platform/local-time.ts';
import { oneLine } from '#platform/one-line.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { appendLines } from './append-lines.ts';
import { holdsLine } from './holds-line.ts';
import { currentFile, type JournalFile, journalFile, LAST_NUMBER } from './journal-files.ts';

import { rotateJournal } from './rotate-journal.ts';

/**
 * FD-11: the record of everything both programs did, for people, readable in any editor: UTF-8, a line for each
 * thing, ended as the platform ends lines. Several programs and systems may write to one at the same time, and a
 * crash at any moment leaves it readable.
 */
export interface Journal {
  readonly folder: string;
  /** The file that the last lines went to; before the first ones, the file of number 1. */
  readonly path: string;
  /** FD-13. False: nothing is written but start times and errors. */
  readonly verbose: boolean;
  /**
   * Appends lines, each with date, time and the system's name, in one write. `detail`: neither a start nor an error,
   * so left out unless the journal is verbose. `sync`: they are on the disk when it resolves.
   */
  write(lines: readonly string[], options?: { detail?: boolean; sync?: boolean }): Promise<void>;
  /** A line as `write` would append it now. */
  stamp(line: string): string;
  /** Appends lines that were stamped before. */
  append(stamped: readonly string[], options?: { sync?: boolean }): Promise<void>;
  /** Whether this stamped line stands in the journal, or in the file before it. */
  holds(stamped: string): Promise<boolean>;
  /** FD-12: closes a journal that has become too large. To be called before a backup. */
  rotate(): Promise<void>;
}

export interface JournalOptions {
  /** Default true. */
  verbose?: boolean;
  /** The system's name, which each line then carries: several systems may write to one journal. */
  system?: string;
}

export function openJournal(folder: string, clock: Clock, options: JournalOptions = {}): Journal {
  const { verbose = true, system } = options;
  const plain = (line: string): string => `${localTime(clock.now(), clock.zone())}  ${oneLine(line)}`;
  const stamp = (line: string): string => plain(system === undefined ? line : `${system}  ${line}`);
  let known: JournalFile | undefined;

  async function append(stamped: readonly string[], how: { sync?: boolean } = {}): Promise<void> {
    await privateFolder(folder);
    known = await currentFile(folder, known);
    await appendLines(known.path, stamped, how);
  }

  return {
    folder,
    get path() {
      return (known ?? journalFile(folder, 1, 1)).path;
    },
    verbose,
    stamp,
    append,
    async write(lines, { detail = false, sync = false } = {}) {
      if (detail && !verbose) return;
      await append(lines.map(stamp), { sync });
    },
    async holds(stamped) {
      await privateFolder(folder);
      const current = await currentFile(folder, known);
      const before = journalFile(folder, current.number === 1 ? LAST_NUMBER : current.number - 1, 0);
      return (await holdsLine(current.path, stamped)) || (await holdsLine(before.path, stamped));
    },
    async rotate() {
      await privateFolder(folder);
      await rotateJournal(folder, plain);
    },
  };
}
