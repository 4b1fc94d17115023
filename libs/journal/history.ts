import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import { lockFile } from '#platform/lock-file.ts';
import { messageOf } from '#platform/message-of.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { entryOf, type NewEntry } from './entry-of.ts';
import type { HistoryEntry } from './history-entry.ts';
import { formatHistory, HISTORY_NAME, type HistoryFile, LARGEST_READ, parseHistory } from './history-file.ts';
import type { HistoryPlace } from './history-place.ts';
import { loadHistory } from './load-history.ts';
import type { Outcome } from './outcome.ts';
import type { SavedSet } from './run-result.ts';

/**
 * FD-14, backupHistory.json of one system in its destination: its newest backups, as many that ended well as the
 * keep count says, and as many that did not. Other systems may have their backups in the same file. One that is cut,
 * foreign or newer is given another name, which is told, and a new one is begun: never is it destroyed or in the way.
 */
export interface History {
  /** FD-16. */
  readonly path: string;
  /**
   * FD-15: the number of the system's next backup, 1 where the file was deleted or moved. `made`: the system's archives.
   * Never throws; `lines` say what was wrong.
   */
  next(made: readonly { number: number; startedAt: string }[]): Promise<{ number: number; lines: string[] }>;
  /** A run that has ended, as an entry; its number is given when it is added. */
  entryOf(outcome: Outcome, saved: SavedSet | undefined): NewEntry;
  /** Enters a run, once. Resolves with lines that say what was wrong with the file; throws if it cannot be written. */
  add(entry: NewEntry): Promise<string[]>;
  /** Throws `read-failed` for a file that is no history of ours. Changes nothing. */
  read(): Promise<HistoryFile | undefined>;
}

export interface HistoryOptions {
  system: { id: string; name: string };
  keep: number;
  clock: Clock;
  /** Two systems that share a destination take turns by a lock in here. */
  stateFolder: string;
}

export function openHistory(place: HistoryPlace, options: HistoryOptions): History {
  const { system, clock } = options;
  const isOwn = (entry: { systemId: string }): boolean => entry.systemId === system.id;

  const path = place.pathOf(HISTORY_NAME);

  return {
    path,
    async next(made) {
      const highest = Math.max(0, ...made.map(({ number }) => number));
      try {
        const { history, lines } = await loadHistory(place, clock);
        // Set aside by us, not by a person who wants to begin anew: numbers go on.
        if (lines.length > 0) return { number: highest + 1, lines };
        if (history === undefined) return { number: 1, lines };
        const counted = made.filter((archive) => !isBefore(archive.startedAt, history.since));
        return { number: highestOf([...history.backups.filter(isOwn), ...counted]) + 1, lines };
      } catch (error) {
        return { number: highest + 1, lines: [`${path} could not be used: ${messageOf(error)}`] };
      }
    },
    entryOf: (outcome, saved) => entryOf(outcome, saved, { system, clock, pathOf: place.pathOf }),
    async add(entry) {
      await using _turn = await takeTurn(options.stateFolder);
      const { history, lines } = await loadHistory(place, clock);
      const backups = history?.backups ?? [];
      if (backups.some(({ run }) => run === entry.run)) return lines;
      const number = entry.number ?? highestOf(backups.filter(isOwn)) + 1;
      const all = newest([...backups, { ...entry, number }], isOwn, options.keep);
      await place.writeText(
        HISTORY_NAME,
        formatHistory({ since: history?.since ?? entry.startedAt, backups: all }),
      );
      return lines;
    },
    async read() {
      const text = await place.readText(HISTORY_NAME, LARGEST_READ);
      if (text === undefined) return undefined;
      const parsed = parseHistory(text);
      if (!('wrong' in parsed)) return parsed;
      throw new LifeboatError('read-failed', `${path} ${parsed.wrong}`, {
        hint: 'the next backup gives that file another name and begins a new one',
      });
    },
  };
}

/** Where archives are kept by their age alone, there is no count. */
const MOST_ENTRIES = 1000;

/** Backups that ended well and those that did not are counted apart: a row of failures pushes out no good one. */
function newest(
  entries: readonly HistoryEntry[],
  isOwn: (entry: HistoryEntry) => boolean,
  keep: number,
): HistoryEntry[] {
  const most = Math.min(keep, MOST_ENTRIES);
  const own = entries.filter(isOwn);
  const kept = new Set([
    ...own.filter(({ status }) => status === 'done').slice(-most),
    ...own.filter(({ status }) => status !== 'done').slice(-most),
  ]);
  return entries.filter((entry) => !isOwn(entry) || kept.has(entry));
}

const TURN = { rounds: 200, ms: 25 };

/** Whoever writes the history holds this for some milliseconds. A turn that is not to be had in 5 seconds is not waited for. */
async function takeTurn(stateFolder: string): Promise<AsyncDisposable> {
  const folder = await privateFolder(join(stateFolder, 'locks'));
  for (let round = 0; round < TURN.rounds; round += 1) {
    // No id of a system: those have no underscore.
    const held = await lockFile(join(folder, '_history.sqlite'));
    if (held !== undefined) return { [Symbol.asyncDispose]: async () => held[Symbol.dispose]() };
    await sleep(TURN.ms);
  }
  return { [Symbol.asyncDispose]: async () => undefined };
}

function highestOf(items: readonly { number: number }[]): number {
  return items.reduce((highest, { number }) => Math.max(highest, number), 0);
}

function isBefore(moment: string, other: string): boolean {
  return Temporal.Instant.compare(moment, other) < 0;
}
